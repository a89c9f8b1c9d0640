// A room of ten thousand messages, read to its beginning and back on a phone and on a desktop.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { desktop_en, eventually, launch, open_member, phone_ko, story } from "../browser.mjs";
import { look_at } from "../looks.mjs";
import { measured_so_far, start_measuring } from "../measuring.mjs";
import { nasty_texts } from "../nasty_texts.mjs";
import { go_scripted, say_all } from "../scripted.mjs";
import { meet_within_10_km, sign_up } from "../steps.mjs";

const MESSAGES = Number(process.env.RAND_CHAT_MESSAGES ?? 10_000);
const LINES_DRAWN_MAX = 300;
/** Generous: the machine may have other things to do. */
const LONGEST_TASK_MS = 1_000;
/** Less than what is surely drawn. */
const TURN_PX = 1_100;

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
  ..."노을이 정말 예뻤어요 😊 and then we walked all the way back along the river, 천천히 ".repeat(9),
];
/** Mostly short, now and then long. */
const length_of = (number) => (number % 50 === 0 ? 600 : (number * 37) % 60);
const numbered = (number) => `${number} ${words.slice(0, length_of(number)).join("")}`.trim();

step("they say ten thousand things, in turns", async () => {
  await go_scripted(hana);
  await go_scripted(june);
  const began_ms = Date.now();
  for (let from = 1, turn = 0; from <= MESSAGES; turn += 1) {
    const count = Math.min(((turn * 37) % 150) + 1, MESSAGES - from + 1);
    const texts = Array.from({ length: count }, (_, at) => numbered(from + at));
    await say_all(turn % 2 === 0 ? hana : june, room, texts);
    from += count;
  }
  console.log(`${MESSAGES} messages said in ${Date.now() - began_ms} ms`);
});

step("on a phone the keyboard leads up to the first, and a press back to the newest", async () => {
  await open_room(hana);
  await go_up(hana);
  await look_at(hana, "8-history-first");
  await hana.page.getByTestId("history-newest").click();
  await eventually(
    "the newest message is drawn",
    async () => (await lines_drawn(hana)).at(-1)?.number,
    (number) => number === MESSAGES,
  );
  await hana.page.getByTestId("history-newest").waitFor({ state: "detached" });
  await costs_little(hana, "up and back");
});

step("on a desktop it leads up as well", async () => {
  await open_room(june);
  await go_up(june);
  await costs_little(june, "up");
});

step("on the way down every message is there once, in order", async () => {
  await read_down(june);
  await costs_little(june, "down");
});

async function open_room(member) {
  const { page, name } = member;
  const began_ms = Date.now();
  await page.goto(`/rooms/${room}`);
  await page
    .getByTestId("message-text")
    .filter({ hasText: numbered(MESSAGES) })
    .waitFor();
  console.log(`${name}: the newest page after ${Date.now() - began_ms} ms`);
  await page.getByTestId("history").hover();
  await start_measuring(member);
}

/** Each press leads to the first message that is loaded, and loads those before it. */
async function go_up(member) {
  await member.page.getByTestId("history").focus();
  await until_drawn(
    member,
    (numbers) => numbers[0] === 1,
    () => member.page.keyboard.press("Home"),
  );
}

/** Turns the wheel to the newest end. */
async function read_down(member) {
  const numbers_of = new Map();
  await until_drawn(
    member,
    (numbers, drawn) => {
      for (const { id, number } of drawn) numbers_of.set(id, number);
      return numbers.at(-1) === MESSAGES;
    },
    () => member.page.mouse.wheel(0, TURN_PX),
  );
  const seen = [...numbers_of.values()].sort((a, b) => a - b);
  assert.deepEqual(
    seen,
    Array.from({ length: MESSAGES }, (_, at) => at + 1),
  );
}

/** Does something again and again until what is drawn is as wished; it is in order, and never too much. */
async function until_drawn(member, is_as_wished, act) {
  const until = Date.now() + 100_000;
  for (;;) {
    const drawn = await lines_drawn(member);
    const numbers = drawn.map(({ number }) => number);
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    );
    assert.ok(drawn.length <= LINES_DRAWN_MAX, `${drawn.length} lines are drawn at once`);
    if (is_as_wished(numbers, drawn)) return;
    assert.ok(Date.now() < until, `${member.name} came only to ${numbers[0]}`);
    await act();
  }
}

async function costs_little(member, way) {
  const figures = await measured_so_far(member);
  console.log(`${member.name}: ${way}: ${JSON.stringify(figures)}`);
  assert.ok(figures.longest_task_ms <= LONGEST_TASK_MS, `stood still for ${figures.longest_task_ms} ms`);
}

/** The lines that the page has after its next frame, from above. */
function lines_drawn({ page }) {
  return page.evaluate(async () => {
    await new Promise(requestAnimationFrame);
    return [...document.querySelectorAll('[data-testid="message"]')].map((one) => ({
      id: one.dataset.id,
      number: Number.parseInt(one.textContent, 10),
    }));
  });
}

step("texts that break layouts stay in their bubbles", async () => {
  await go_scripted(hana);
  for (const text of nasty_texts) await say_all(hana, room, [text]);
  const { page } = june;
  await page.getByTestId("history").press("End");
  const last = page.getByTestId("message-text").last();
  await eventually(
    "the last of them is drawn",
    () => last.textContent(),
    (text) => text === nasty_texts.at(-1),
  );
  const folded = page.getByTestId("message-unfold").first();
  await folded.scrollIntoViewIfNeeded();
  const before = await lines_that_leave_their_place(june);
  await folded.click();
  assert.equal(await folded.getAttribute("aria-expanded"), "true");
  assert.deepEqual([before, await lines_that_leave_their_place(june)], [[], []]);
  await look_at(june, "8-history-nasty");
});

/** Texts of lines that are wider than the history or cover the next one. */
function lines_that_leave_their_place({ page }) {
  return page.getByTestId("history").evaluate((history) => {
    const box = history.getBoundingClientRect();
    const bubbles = [...history.querySelectorAll('[data-testid="message"]')];
    const wrong = bubbles.filter((bubble, at) => {
      const { left, right, bottom } = bubble.getBoundingClientRect();
      const next = bubbles[at + 1]?.getBoundingClientRect();
      return left < box.left || right > box.right || (next !== undefined && next.top < bottom);
    });
    if (history.scrollWidth > history.clientWidth) wrong.push(history);
    return wrong.map((one) => one.textContent.slice(0, 40));
  });
}

step("no page complained", () => {
  assert.deepEqual(complaints, []);
});
