// Two people who do not get along: what is taken back, links, reports, blocks; and what moderators do about it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before } from "node:test";
import { promisify } from "node:util";
import { open_section, try_log_in } from "../account_steps.mjs";
import { desktop_en, eventually, launch, open_member, phone_ko, story } from "../browser.mjs";
import { look_at } from "../looks.mjs";
import { eventually_shows, meet_within_10_km, password, say, shown_states, sign_up } from "../steps.mjs";

const program = process.env.RAND_CHAT_PROGRAM ?? "";
const internal_url = process.env.RAND_CHAT_INTERNAL_URL ?? "";
const run = Date.now().toString(36).slice(-6);
const complaints = [];
let browser;
let dana;
let theo;

const dana_is = { email: `dana.${run}@example.com`, username: `dana_${run}`, nickname: `다나${run}` };
const theo_is = { email: `theo.${run}@example.com`, username: `theo_${run}`, nickname: `theo${run}` };
const taken_back = { ko: "보내기를 취소한 메시지예요", en: "Message retracted" };

before(async () => {
  assert.notEqual(program, "", "RAND_CHAT_PROGRAM must name the program, moderators decide with it");
  assert.notEqual(internal_url, "", "RAND_CHAT_INTERNAL_URL must be the server's second port");
  browser = await launch();
  dana = await open_member(browser, "dana-phone-ko", phone_ko, complaints);
  theo = await open_member(browser, "theo-desktop-en", desktop_en, complaints);
});

after(async () => {
  await browser?.close();
});

const step = story(() => [dana, theo]);

/** What a moderator does at a terminal. */
async function admin(...words) {
  const { stdout } = await promisify(execFile)(program, ["admin", "--at", internal_url, ...words]);
  return stdout;
}

step("both sign up and meet", async () => {
  await sign_up(dana, dana_is);
  await sign_up(theo, theo_is);
  await meet_within_10_km(dana, theo);
});

step("a message is taken back with a key, for both, and stays so", async () => {
  await say(theo, "hello");
  await say(theo, "meant for somebody else");
  await eventually_shows(dana, ["hello", "meant for somebody else"]);
  const button = theo.page.getByTestId("message-retract").last();
  await theo.page.getByTestId("message").last().hover();
  await look_at(theo, "8-retract");
  await button.focus();
  await button.press("Enter");

  await eventually_shows(theo, ["hello", taken_back.en]);
  await eventually_shows(dana, ["hello", taken_back.ko]);
  assert.equal(await theo.page.evaluate(() => document.activeElement?.getAttribute("role")), "log");
  await dana.page.reload();
  await eventually_shows(dana, ["hello", taken_back.ko]);
  assert.deepEqual(await shown_states(dana), ["received", "retracted"]);
});

step("on a phone a tap on the message shows how", async () => {
  await say(dana, "잘못 보냈어요");
  await say(dana, "반가워요");
  const [first, second] = [dana.page.getByTestId("message").nth(2), dana.page.getByTestId("message").nth(3)];
  await second.tap();
  await first.tap();
  await eventually(
    "only the tapped message offers it",
    () =>
      dana.page
        .getByTestId("message-retract")
        .evaluateAll((all) => all.map((one) => getComputedStyle(one).opacity)),
    (shown) => shown.join(" ") === "1 0",
  );
  await look_at(dana, "8-retract-tapped");
  await first.getByTestId("message-retract").tap();

  await eventually_shows(dana, ["hello", taken_back.ko, taken_back.ko, "반가워요"]);
  await eventually_shows(theo, ["hello", taken_back.en, taken_back.en, "반가워요"]);
  await look_at(dana, "8-retracted");
  await look_at(theo, "8-retracted");
});

step("what was taken back while the other was away is gone when they return", async () => {
  await say(theo, "you did not see this");
  await eventually_shows(dana, ["hello", taken_back.ko, taken_back.ko, "반가워요", "you did not see this"]);
  await dana.context.setOffline(true);
  await dana.page.getByTestId("connection-banner").waitFor();
  await theo.page.getByTestId("message-retract").last().press("Enter");
  await eventually_shows(theo, ["hello", taken_back.en, taken_back.en, "반가워요", taken_back.en]);
  await dana.context.setOffline(false);

  await eventually_shows(dana, ["hello", taken_back.ko, taken_back.ko, "반가워요", taken_back.ko]);
});

step("links of somebody new are words until the reader agrees", async () => {
  await say(theo, "look: https://example.com/offer?a=1, now!");
  await dana.page.getByTestId("links-off").waitFor();
  assert.equal(await dana.page.getByTestId("message-link").count(), 0);
  await theo.page.getByTestId("message-link").waitFor();
  await look_at(dana, "8-links-off");
  await dana.page.getByTestId("links-off").click();
  await dana.page.getByTestId("links-dialog").waitFor();
  await look_at(dana, "8-links-dialog");
  await dana.page.getByTestId("links-confirm").click();

  const link = dana.page.getByTestId("message-link");
  await link.waitFor();
  assert.equal(await link.textContent(), "https://example.com/offer?a=1");
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer nofollow");
  assert.equal(await link.getAttribute("target"), "_blank");
  await dana.page.reload();
  await link.waitFor();
});

async function open_report(member) {
  await member.page.getByTestId("room-menu").click();
  await member.page.getByTestId("room-report").click();
  await member.page.getByTestId("report-dialog").waitFor();
}

step("a report says what is kept, and one at a time is enough", async () => {
  await dana.page.getByTestId("room-menu").click();
  await look_at(dana, "8-menu");
  await dana.page.keyboard.press("Escape");
  await open_report(dana);
  await dana.page.getByTestId("report-reason").locator("label").first().click();
  await dana.page.getByTestId("report-text").fill("링크를 누르라고 해요.");
  await look_at(dana, "8-report");
  await dana.page.getByTestId("report-send").click();
  await dana.page.getByTestId("report-sent").waitFor();
  await look_at(dana, "8-report-sent");
  await dana.page.getByTestId("report-close").click();

  await open_report(dana);
  await dana.page.getByTestId("report-reason").locator("label").last().click();
  assert.equal(await dana.page.getByTestId("report-send").isDisabled(), true);
  await dana.page.getByTestId("report-text").fill("또 그래요.");
  await dana.page.getByTestId("report-send").click();
  await dana.page.getByTestId("report-problem").waitFor();
  await look_at(dana, "8-report-again");
  await dana.page.keyboard.press("Escape");
});

step("the outcome of a report is told at once, and stands in the list", async () => {
  await open_section(dana, "reports");
  const report = dana.page.getByTestId("report");
  await report.waitFor();
  assert.equal(await report.getAttribute("data-state"), "open");
  const id = await report.getAttribute("data-id");
  const evidence = await admin("report", id);
  assert.match(evidence, /https:\/\/example\.com\/offer/);
  assert.match(evidence, /링크를 누르라고 해요/);
  await admin("decide", id, "--dismiss", "--by", "moderator");

  await dana.page.getByTestId("report-news").waitFor();
  await eventually(
    "the list says so, too",
    () => report.getAttribute("data-state"),
    (state) => state === "dismissed",
  );
  await look_at(dana, "10-reports");
  await dana.page.getByTestId("report-news-close").click();
  await dana.page.getByTestId("report-news").waitFor({ state: "detached" });
  await dana.page.reload();
  await report.waitFor();
  assert.equal(await report.getAttribute("data-state"), "dismissed");
});

step("blocking ends the chat for both, and the other is not told why", async () => {
  await dana.page.getByTestId("menu-rooms").click();
  await dana.page.getByTestId("room-row").click();
  await dana.page.getByTestId("room-menu").click();
  await dana.page.getByTestId("room-block").click();
  await dana.page.getByTestId("block-dialog").waitFor();
  await look_at(dana, "8-block");
  await dana.page.getByTestId("block-confirm").click();

  await dana.page.getByTestId("room-closed").waitFor();
  assert.match(await dana.page.getByTestId("room-closed").textContent(), /^차단해서 끝난 대화/);
  await theo.page.getByTestId("room-closed").waitFor();
  assert.match(await theo.page.getByTestId("room-closed").textContent(), /left this chat/);
  assert.equal(await theo.page.getByTestId("message-retract").count(), 0);
  await look_at(dana, "8-blocked");
  await dana.page.reload();
  await dana.page.getByTestId("room-closed").waitFor();
  await open_report(dana);
  await dana.page.keyboard.press("Escape");
});

step("a block can be lifted, and then they can meet again", async () => {
  await open_section(dana, "blocks");
  await dana.page.getByTestId("block").waitFor();
  assert.match(await dana.page.getByTestId("block").textContent(), new RegExp(theo_is.nickname));
  await look_at(dana, "10-blocks");
  await dana.page.getByTestId("block-lift").click();
  await dana.page.getByTestId("block-lifted").waitFor();
  await dana.page.getByTestId("blocks-none").waitFor();

  await meet_within_10_km(dana, theo);
});

step("who is suspended is out at once, and told why and until when", async () => {
  const because = ["--for", "7d", "--reason", "sends links to everybody"];
  await admin("suspend", theo_is.username, ...because, "--by", "moderator");

  await theo.page.getByTestId("suspension-reason").waitFor();
  assert.equal(await theo.page.getByTestId("suspension-reason").textContent(), "sends links to everybody");
  assert.match(await theo.page.getByTestId("log-in-suspended").textContent(), /suspended until/);
  await look_at(theo, "9-suspended");
  await theo.page.reload();
  await theo.page.getByTestId("suspension-reason").waitFor();
  await try_log_in(theo, theo_is.username, "not the password");
  await theo.page.getByTestId("log-in-problem").waitFor();
  assert.equal(await theo.page.getByTestId("suspension-reason").count(), 0);
  await try_log_in(theo, theo_is.username, password);
  await theo.page.getByTestId("suspension-reason").waitFor();
});

step("who is released gets in again", async () => {
  await admin("release", theo_is.username, "--by", "moderator");
  await theo.page.getByTestId("log-in-submit").click();
  await theo.page.getByTestId("menu-rooms").waitFor();
});

step("no page complained", () => {
  assert.deepEqual(complaints, []);
});
