// Two people sign up, meet, chat through bad weather and part, in real browsers against a real server.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { desktop_en, eventually, launch, log_path, open_member, phone_ko, story } from "../browser.mjs";
import { look_at } from "../looks.mjs";
import {
  accept,
  eventually_shows,
  log_out_and_in,
  look_within_10_km,
  say,
  shown_states,
  shown_texts,
  sign_up,
  wish_for_a_woman_of_25_or_over,
} from "../steps.mjs";

const run = Date.now().toString(36).slice(-6);
const complaints = [];
let browser;
let hana;
let june;

const hana_is = { email: `hana.${run}@example.com`, username: `hana_${run}`, nickname: `하나${run}` };
const june_is = { email: `june.${run}@example.com`, username: `june_${run}`, nickname: `june${run}` };

before(async () => {
  assert.notEqual(log_path, "", "RAND_CHAT_LOG must name the server's log, the codes are read from it");
  browser = await launch();
  hana = await open_member(browser, "hana-phone-ko", phone_ko, complaints);
  june = await open_member(browser, "june-desktop-en", desktop_en, complaints);
});

after(async () => {
  await browser?.close();
});

const step = story(() => [hana, june]);

step("both sign up", async () => {
  await sign_up(hana, hana_is);
  await sign_up(june, june_is);
});

step("logging out and in again works", async () => {
  await log_out_and_in(june, june_is.username);
});

step("both look within 10 km, one for a woman of some age, and are proposed to each other", async () => {
  await wish_for_a_woman_of_25_or_over(hana);
  await look_within_10_km(hana);
  await hana.page.getByTestId("waiting").waitFor();
  assert.equal(await hana.page.getByTestId("waiting-wish").textContent(), "10 km 안의 25세 이상 여성");
  assert.deepEqual(await hana.page.getByTestId("conditions").locator("li").allInnerTexts(), [
    "여성",
    "25세 이상",
  ]);
  await look_at(hana, "6-waiting");
  await hana.page.reload();
  await hana.page.getByTestId("condition-age").waitFor();
  await look_within_10_km(june);
  await accept(hana);
  assert.equal(await june.page.getByTestId("proposal-nickname").textContent(), hana_is.nickname);
  await accept(june);
  await hana.page.getByTestId("room").waitFor();
  await june.page.getByTestId("room").waitFor();
});

const said = [];

step("they chat both ways, in Korean, with emoji and line breaks", async () => {
  const texts = [
    "안녕하세요! 반가워요 😊",
    "Hi 하나! 👋🏽",
    "오늘 노을 봤어요?\n정말 예뻤어요 🌇",
    '<b>not bold</b> & "quotes"',
  ];
  for (const [at, text] of texts.entries()) {
    await say_with_breaks(at % 2 === 0 ? hana : june, text);
    said.push(text);
    await eventually_shows(hana, said);
    await eventually_shows(june, said);
  }
  await eventually(
    "everything hana wrote is read",
    async () => (await shown_states(hana)).filter((state) => state !== "received"),
    (states) => states.length === 2 && states.every((state) => state === "read"),
  );
  await look_at(hana, "8-room");
  await look_at(june, "8-room");
});

async function say_with_breaks(member, text) {
  const box = member.page.getByTestId("composer");
  for (const [at, line] of text.split("\n").entries()) {
    if (at > 0) await box.press("Shift+Enter");
    await box.pressSequentially(line);
  }
  await box.press("Enter");
}

step("the Enter that ends a Korean syllable does not send half of it", async () => {
  const box = hana.page.getByTestId("composer");
  await box.focus();
  const keys = await hana.context.newCDPSession(hana.page);
  await keys.send("Input.insertText", { text: "반가" });
  for (const syllable of ["ㅇ", "우", "워"])
    await keys.send("Input.imeSetComposition", { text: syllable, selectionStart: 1, selectionEnd: 1 });
  // As a browser says a key that went to the keyboard of the language.
  const enter = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 };
  await keys.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...enter });
  await keys.send("Input.dispatchKeyEvent", { type: "keyUp", ...enter });
  assert.equal((await shown_texts(hana)).length, said.length);
  assert.equal(await box.inputValue(), "반가워");
  await keys.send("Input.insertText", { text: "워" });
  await hana.page.keyboard.press("Enter");
  await keys.detach();

  said.push("반가워");
  await eventually_shows(june, said);
});

step("typing is shown", async () => {
  await june.page.getByTestId("composer").pressSequentially("Yes");
  await hana.page.getByTestId("typing").waitFor();
  await june.page.getByTestId("composer").fill("");
});

step("each sees whether the other is there", async () => {
  await presence_of_partner(hana, "here");
  await presence_of_partner(june, "here");
  await june.page.getByTestId("menu-match").click();
  await presence_of_partner(hana, "away");
  await look_at(hana, "8-room-away");
  await june.page.getByTestId("room-row").click();
  await presence_of_partner(hana, "here");
});

function presence_of_partner(member, presence) {
  return eventually(
    `${member.name} sees that the other is ${presence}`,
    () => member.page.getByTestId("room-state").getAttribute("data-presence"),
    (seen) => seen === presence,
  );
}

step("a reload shows everything again", async () => {
  await hana.page.reload();
  await eventually_shows(hana, said);
});

step("what both write while one is offline is there exactly once, in one order", async () => {
  await hana.context.setOffline(true);
  await hana.page.getByTestId("connection-banner").waitFor();
  await say(hana, "터널이에요, 들리나요?");
  await say(june, "Are you still there?");
  await eventually(
    "june's message has its place",
    async () => (await shown_states(june)).at(-1),
    (state) => state === "sent" || state === "stored",
  );
  assert.equal((await shown_states(hana)).at(-1), "sending");
  await look_at(hana, "8-room-offline");

  await hana.context.setOffline(false);

  said.push("Are you still there?", "터널이에요, 들리나요?");
  await eventually_shows(hana, said);
  await eventually_shows(june, said);
  await hana.page.getByTestId("connection-banner").waitFor({ state: "detached" });
});

step("an unsent message survives a reload", async () => {
  await hana.context.setOffline(true);
  await say(hana, "새로고침해도 남아 있어요");
  await hana.context.setOffline(false);
  await hana.page.reload();

  said.push("새로고침해도 남아 있어요");
  await eventually_shows(june, said);
  await eventually_shows(hana, said);
});

step("the list shows what is unread", async () => {
  await hana.page.getByTestId("room-back").click();
  await hana.page.getByTestId("room-row").waitFor();
  await say(june, "One more thing ☕");
  said.push("One more thing ☕");
  await eventually(
    "one unread message",
    () => hana.page.getByTestId("room-unread").textContent(),
    (text) => text?.startsWith("1"),
  );
  await look_at(hana, "8-rooms");
  await hana.page.getByTestId("room-row").click();
  await eventually_shows(hana, said);
  await hana.page.getByTestId("new-from-here").waitFor();
  await look_at(hana, "8-room-new-from-here");
});

step("a room that is not there says so", async () => {
  const room = hana.page.url();
  await hana.page.goto("/rooms/0192f0c1-0000-7000-8000-000000000000");
  await hana.page.getByTestId("room-gone").waitFor();
  await look_at(hana, "8-room-gone");
  await hana.page.goto(room);
  await eventually_shows(hana, said);
});

step("both pages and a fresh load agree in the end, and everything is stored", async () => {
  await eventually(
    "no message of june is merely sent",
    () => shown_states(june),
    (states) => states.every((state) => ["received", "stored", "read"].includes(state)),
  );
  assert.deepEqual(await shown_texts(hana), await shown_texts(june));
  await june.page.reload();
  await eventually_shows(june, said);
});

step("leaving closes the room for the other, who can still read it", async () => {
  await june.page.getByTestId("room-menu").click();
  await look_at(june, "8-menu");
  await june.page.getByTestId("room-leave").click();
  await june.page.getByTestId("leave-dialog").waitFor();
  await look_at(june, "8-leave");
  await june.page.getByTestId("leave-confirm").click();
  await june.page.getByTestId("rooms-empty").waitFor();
  await hana.page.getByTestId("room-closed").waitFor();
  assert.deepEqual(await shown_texts(hana), said);
  await look_at(hana, "8-room-closed");
});

step("the language changes at once", async () => {
  await hana.page.goto("/me");
  await hana.page.getByTestId("language").locator("label").last().click();
  await hana.page.getByText("Log out").waitFor();
});

step("no page complained", () => {
  assert.deepEqual(complaints, []);
});
