// An hour of lively chat in a minute or two: a page that is open all along holds on to no more than after five minutes.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { desktop_en, eventually, launch, open_member, phone_ko, story } from "../browser.mjs";
import { memory_of } from "../measuring.mjs";
import { ask, go_scripted, say_all, send_picture } from "../scripted.mjs";
import { meet_within_10_km, sign_up } from "../steps.mjs";

/** Each minute each of the two says twenty things; one message in three seconds. */
const MINUTES = 60;
const FIRST_MINUTES = 5;
const A_MINUTE_EACH = 20;
const MORE_AT_MOST = 1.2;

const run = Date.now().toString(36).slice(-6);
const complaints = [];
let browser;
let hana;
let june;
let nari;
/** Rooms of hana with each of the others. */
let with_june;
let with_nari;

before(async () => {
  // Code that is compiled again and again as it warms up would hide what the page itself holds on to.
  browser = await launch("--js-flags=--no-sparkplug --no-maglev --no-turbofan");
  hana = await open_member(browser, "hana-hour-phone-ko", phone_ko, complaints);
  june = await open_member(browser, "june-hour-desktop-en", desktop_en, complaints);
  nari = await open_member(browser, "nari-hour-desktop-en", desktop_en, complaints);
});

after(() => browser?.close());

const step = story(() => [hana, june, nari]);

step("one meets two others", async () => {
  await sign_up(hana, { email: `hh.${run}@example.com`, username: `hh_${run}`, nickname: `하나${run}` });
  await sign_up(june, { email: `jh.${run}@example.com`, username: `jh_${run}`, nickname: `june${run}` });
  await sign_up(nari, { email: `nh.${run}@example.com`, username: `nh_${run}`, nickname: `nari${run}` });
  await meet_within_10_km(hana, nari);
  with_nari = await hana.page.getByTestId("room").getAttribute("data-room");
  await go_scripted(nari);
  await meet_within_10_km(hana, june);
  with_june = await hana.page.getByTestId("room").getAttribute("data-room");
  await go_scripted(june);
});

let said = 0;
let early;

step("five minutes of chat", async () => {
  for (let minute = 1; minute <= FIRST_MINUTES; minute += 1) await chat_for_a_minute(minute);
  early = await memory_in_the_room();
  console.log(`after ${FIRST_MINUTES} minutes, ${said} messages: ${JSON.stringify(early)}`);
});

for (let from = FIRST_MINUTES; from < MINUTES; from += FIRST_MINUTES)
  step(`five more minutes, after ${from}`, async () => {
    for (let minute = from + 1; minute <= from + FIRST_MINUTES; minute += 1) await chat_for_a_minute(minute);
  });

step("no more memory is used than after five minutes", async () => {
  const late = await memory_in_the_room();
  console.log(`after ${MINUTES} minutes, ${said} messages: ${JSON.stringify(late)}`);
  for (const what of ["heap_kib", "nodes", "listeners"])
    assert.ok(
      late[what] <= early[what] * MORE_AT_MOST,
      `${what} grew from ${early[what]} to ${late[what]}: more than ${MORE_AT_MOST} times`,
    );
});

/** Everything that happens in a minute, as fast as it goes. */
async function chat_for_a_minute(minute) {
  const { page } = hana;
  for (let half = 0; half < 2; half += 1) {
    const texts = numbered_texts("june", A_MINUTE_EACH / 2);
    await ask(june, "typing", { room: with_june });
    await say_all(june, with_june, texts);
    await write_all(hana, numbered_texts("hana", A_MINUTE_EACH / 2));
    const last = page.getByTestId("message").last();
    await eventually(
      "the last of the minute has its place",
      () => last.getAttribute("data-state"),
      (state) => state === "stored" || state === "read",
    );
  }
  if (minute % 4 === 1) await send_picture(june, with_june, 400 + minute, 300);
  await say_all(nari, with_nari, [`nari ${minute}`]);
  if (minute % 3 === 2) await look_at_the_other_room();
  if (minute % 5 === 3) await scroll_up_and_back();
  if (minute % 10 === 4) await lose_the_network();
}

function numbered_texts(who, count) {
  return Array.from({ length: count }, () => {
    said += 1;
    return `${who} ${said}: ${"and so on, 그리고 또 ".repeat(said % 5)}`;
  });
}

/** Writes into the box and presses Enter as fast as the page takes it. */
function write_all({ page }, texts) {
  return page.evaluate(async (texts) => {
    const box = document.querySelector('[data-testid="composer"]');
    for (const text of texts) {
      box.value = text;
      box.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve));
      box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
      await new Promise((resolve) => setTimeout(resolve));
    }
  }, texts);
}

async function look_at_the_other_room() {
  const { page } = hana;
  await page.getByTestId("room-back").click();
  await page.locator(`[data-testid="room-row"][data-room="${with_nari}"]`).click();
  await page.locator(`[data-testid="room"][data-room="${with_nari}"]`).waitFor();
  await page.getByTestId("message").last().waitFor();
  await page.getByTestId("room-back").click();
  await page.getByTestId("menu-match").click();
  await page.getByTestId("match").waitFor();
  await page.getByTestId("menu-rooms").click();
  await page.locator(`[data-testid="room-row"][data-room="${with_june}"]`).click();
  await page.locator(`[data-testid="room"][data-room="${with_june}"]`).waitFor();
  await page.getByTestId("message").last().waitFor();
}

async function scroll_up_and_back() {
  const { page } = hana;
  await page.getByTestId("history").hover();
  for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel(0, -2_000);
  await page.getByTestId("history-newest").click();
  await page.getByTestId("history-newest").waitFor({ state: "detached" });
}

async function lose_the_network() {
  await hana.context.setOffline(true);
  await hana.page.getByTestId("connection-banner").waitFor();
  await say_all(june, with_june, numbered_texts("june", 3));
  await hana.context.setOffline(false);
  await hana.page.getByTestId("connection-banner").waitFor({ state: "detached" });
}

/** In the room, at its newest end, when nothing is on its way. */
async function memory_in_the_room() {
  await hana.page.getByTestId("typing").waitFor({ state: "detached" });
  return memory_of(hana);
}

step("no page complained", () => {
  assert.deepEqual(complaints, []);
});
