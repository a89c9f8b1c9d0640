// A room of ten thousand messages, read to its beginning and back on a phone and on a desktop.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { base_url, desktop_en, eventually, launch, open_member, phone_ko, shoot, story } from "./browser.mjs";
import { measured_so_far, start_measuring } from "./measuring.mjs";
import { go_scripted, say_all } from "./scripted.mjs";
import { meet_within_10_km, sign_up } from "./steps.mjs";

const MESSAGES = Number(process.env.RAND_CHAT_MESSAGES ?? 10_000);
const LINES_DRAWN_MAX = 400;
const LONGEST_TASK_MS = 200;

const run = Date.now().toString(36).slice(-6);
const complaints = [];
let browser;
let hana;
let june;
let room;

before(async () => {
  browser = await launch();
  hana = await open_member(browser, "hana-long-phone-ko", phone_ko, complaints);
  june = await open_member(browser, "june-long-desktop-en", desktop_en, complaints);
});

after(() => browser?.close());

const step = story(() => [hana, june]);

step("two meet", async () => {
  await sign_up(hana, { email: `hl.${run}@example.com`, username: `hl_${run}`, nickname: `하나${run}` });
  await sign_up(june, { email: `jl.${run}@example.com`, username: `jl_${run}`, nickname: `june${run}` });
  await meet_within_10_km(hana, june);
  room = await hana.page.getByTestId("room").getAttribute("data-room");
});

const words = [
  ..."노을이 정말 예뻤어요 😊 and then we walked all the way back along the river, 천천히 ".repeat(3),
];
const numbered = (number) => `${number} ${words.slice(0, (number * 37) % 190).join("")}`.trim();

step("they say ten thousand things, in turns of one to twenty", async () => {
  await go_scripted(hana);
  await go_scripted(june);
  const began_ms = Date.now();
  for (let from = 1, turn = 0; from <= MESSAGES; turn += 1) {
    const count = Math.min(((turn * 7) % 20) + 1, MESSAGES - from + 1);
    const texts = Array.from({ length: count }, (_, at) => numbered(from + at));
    await say_all(turn % 2 === 0 ? hana : june, room, texts);
    from += count;
  }
  console.log(`${MESSAGES} messages said in ${Date.now() - began_ms} ms`);
});

for (const who of [() => hana, () => june])
  step("every message is there once and in order, up to the first and back, and nothing stands still", () =>
    read_all(who()),
  );

async function read_all(member) {
  const { page, name } = member;
  const began_ms = Date.now();
  await page.goto(`${base_url}/rooms/${room}`);
  await page.getByText(numbered(MESSAGES), { exact: true }).waitFor();
  const first_shown_ms = Date.now() - began_ms;
  await page.getByTestId("history").hover();
  await start_measuring(member);
  const seen = new Map();
  const drawn = await lines_drawn(page, seen);
  assert.equal(drawn.at(-1), MESSAGES);

  const up = await scroll_until(member, -1, seen, (numbers) => numbers[0] === 1);
  assert.equal(seen.size, MESSAGES);
  await page.getByTestId("history-newest").waitFor();
  const upwards = await measured_so_far(member);
  await shoot(member, "history-first");

  const seen_again = new Map();
  const down = await scroll_until(member, 1, seen_again, (numbers) => numbers.at(-1) === MESSAGES);
  assert.equal(seen_again.size, MESSAGES);
  assert.deepEqual([...seen_again.keys()].sort(), [...seen.keys()].sort());
  const downwards = await measured_so_far(member);

  for (const [way, figures] of Object.entries({ upwards, downwards })) {
    console.log(`${name}: ${way} ${JSON.stringify(figures)}`);
    assert.ok(figures.longest_task_ms <= LONGEST_TASK_MS, `${name} stood still ${way}`);
  }
  const most = Math.max(up.most, down.most);
  console.log(`${name}: newest page after ${first_shown_ms} ms; at most ${most} lines drawn`);
  assert.ok(most <= LINES_DRAWN_MAX, `${most} lines are drawn at once`);
}

/** The numbers of the messages that are drawn, from above; notes under which id each stands. */
async function lines_drawn(page, seen) {
  const drawn = await page
    .getByTestId("message")
    .evaluateAll((all) => all.map((one) => [one.dataset.id, Number.parseInt(one.textContent, 10)]));
  for (const [id, number] of drawn) {
    assert.equal(seen.get(id) ?? number, number);
    seen.set(id, number);
  }
  return drawn.map(([, number]) => number);
}

/** Turns the wheel until what is drawn is as wished, and checks at each turn that it is in order. */
async function scroll_until(member, direction, seen, is_there) {
  const { page } = member;
  const turn_px = direction * member.page.viewportSize().height;
  let most = 0;
  await eventually(
    `${member.name} has scrolled to the end`,
    async () => {
      await page.mouse.wheel(0, turn_px);
      const numbers = await lines_drawn(page, seen);
      assert.deepEqual(
        numbers,
        [...numbers].sort((a, b) => a - b),
      );
      most = Math.max(most, numbers.length);
      return numbers;
    },
    is_there,
    100_000,
  );
  return { most };
}

step("no page complained", () => {
  assert.deepEqual(complaints, []);
});
