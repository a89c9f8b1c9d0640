// A room of ten thousand messages, read to its beginning and back on a phone and on a desktop.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import {
  base_url,
  desktop_en,
  eventually,
  launch,
  open_member,
  phone_ko,
  shoot,
  shoot_both,
  story,
} from "./browser.mjs";
import { measured_so_far, start_measuring } from "./measuring.mjs";
import { nasty_texts } from "./nasty_texts.mjs";
import { go_scripted, say_all } from "./scripted.mjs";
import { meet_within_10_km, sign_up } from "./steps.mjs";

const MESSAGES = Number(process.env.RAND_CHAT_MESSAGES ?? 10_000);
const LINES_DRAWN_MAX = 400;
/** Generous: the machine may have other things to do. */
const LONGEST_TASK_MS = 250;
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

step("on a phone all are read up to the first, and a press leads back to the newest", async () => {
  await open_room(hana);
  await read_up(hana);
  await hana.page.getByTestId("history-newest").click();
  const numbers = await eventually(
    "the newest message is drawn",
    () => numbers_drawn(hana),
    (drawn) => drawn.at(-1) === MESSAGES,
  );
  assert.ok(numbers.length <= LINES_DRAWN_MAX);
  await hana.page.getByTestId("history-newest").waitFor({ state: "detached" });
});

step("on a desktop all are read up to the first and back", async () => {
  await open_room(june);
  const ids = await read_up(june);
  await shoot(june, "history-first");
  assert.deepEqual(await read_down(june), ids);
});

async function open_room(member) {
  const { page, name } = member;
  const began_ms = Date.now();
  await page.goto(`${base_url}/rooms/${room}`);
  await page
    .getByTestId("message-text")
    .filter({ hasText: numbered(MESSAGES) })
    .waitFor();
  console.log(`${name}: the newest page after ${Date.now() - began_ms} ms`);
  await page.getByTestId("history").hover();
  await start_measuring(member);
}

const read_up = (member) => read(member, -1, (numbers) => numbers[0] === 1);
const read_down = (member) => read(member, 1, (numbers) => numbers.at(-1) === MESSAGES);

/** Turns the wheel to the end. Every message was drawn on the way, in order, under one id, which are given by number. */
async function read(member, direction, is_at_end) {
  const ids = new Array(MESSAGES).fill(null);
  const until = Date.now() + 100_000;
  let most = 0;
  for (let numbers = []; !is_at_end(numbers); ) {
    assert.ok(Date.now() < until, `${member.name} came only to ${numbers[0]}`);
    const drawn = await lines_drawn(member);
    numbers = drawn.map(({ number }) => number);
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    );
    for (const { id, number } of drawn) {
      assert.equal(ids[number - 1] ?? id, id);
      ids[number - 1] = id;
    }
    most = Math.max(most, drawn.length);
    await member.page.mouse.wheel(0, direction * TURN_PX);
  }
  const figures = await measured_so_far(member);
  console.log(`${member.name}: at most ${most} lines drawn, ${JSON.stringify(figures)}`);
  assert.equal(ids.indexOf(null), -1, "one was never drawn");
  assert.equal(new Set(ids).size, MESSAGES);
  assert.ok(most <= LINES_DRAWN_MAX, `${most} lines are drawn at once`);
  assert.ok(figures.longest_task_ms <= LONGEST_TASK_MS, `stood still for ${figures.longest_task_ms} ms`);
  return ids;
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

const numbers_drawn = async (member) => (await lines_drawn(member)).map(({ number }) => number);

step("texts that break layouts stay in their bubbles", async () => {
  await go_scripted(hana);
  for (const text of nasty_texts) await say_all(hana, room, [text]);
  const { page } = june;
  const last = page.getByTestId("message-text").last();
  await eventually(
    "the last of them is drawn",
    () => last.textContent(),
    (text) => text === nasty_texts.at(-1),
  );
  await shoot_both(june, "history-nasty");
  const folded = page.getByTestId("message-unfold").first();
  await folded.scrollIntoViewIfNeeded();
  const before = await lines_that_leave_their_place(june);
  await folded.click();
  assert.equal(await folded.getAttribute("aria-expanded"), "true");
  assert.deepEqual([before, await lines_that_leave_their_place(june)], [[], []]);
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
