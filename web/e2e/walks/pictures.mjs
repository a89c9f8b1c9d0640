// Two people send each other pictures: chosen, pasted, dropped, seen large, interrupted, refused, taken back.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { desktop_en, eventually, launch, open_member, phone_ko, story } from "../browser.mjs";
import { look_at } from "../looks.mjs";
import {
  choose_picture,
  drawn_picture,
  drop_picture,
  paste_picture,
  pictures_are,
  place_of,
  send_previewed,
  slowly,
} from "../picture_steps.mjs";
import { eventually_shows, meet_within_10_km, say, shown_states, sign_up } from "../steps.mjs";

const run = Date.now().toString(36).slice(-6);
const complaints = [];
let browser;
let yuna;
let alex;

const yuna_is = { email: `yuna.${run}@example.com`, username: `yuna_${run}`, nickname: `유나${run}` };
const alex_is = { email: `alex.${run}@example.com`, username: `alex_${run}`, nickname: `alex${run}` };

before(async () => {
  browser = await launch();
  yuna = await open_member(browser, "yuna-phone-ko", phone_ko, complaints);
  alex = await open_member(browser, "alex-desktop-en", desktop_en, complaints);
  await alex.context.grantPermissions(["clipboard-read", "clipboard-write", "geolocation"]);
});

after(async () => {
  await browser?.close();
});

const step = story(() => [yuna, alex]);

step("both sign up and meet", async () => {
  await sign_up(yuna, yuna_is);
  await sign_up(alex, alex_is);
  await meet_within_10_km(yuna, alex);
  await say(alex, "Hi! Did you see the sunset?");
});

step("a photo is looked at, sent smaller than it was taken, and shown at once", async () => {
  await choose_picture(yuna, await drawn_picture(yuna, 4_000, 3_000, "image/jpeg"), "sunset.jpg");
  await yuna.page.getByTestId("preview-picture").waitFor();
  assert.equal(await yuna.page.getByTestId("preview-name").textContent(), "sunset.jpg");
  await look_at(yuna, "8-picture-preview");
  const set_free = await slowly(yuna);
  await send_previewed(yuna);
  await eventually(
    "how far it is uploaded",
    () => yuna.page.getByTestId("picture-sending").textContent(),
    (words) => /[1-9]\d?%/.test(words ?? ""),
  );
  await pictures_are(yuna, ["linked"]);
  await look_at(yuna, "8-picture-uploading");
  await say(yuna, "기다리는 동안 글은 먼저 가요");
  await eventually_shows(alex, ["Hi! Did you see the sunset?", "기다리는 동안 글은 먼저 가요"]);
  assert.equal(await yuna.page.getByTestId("picture-sending").count(), 1);
  await set_free();

  await yuna.page.getByTestId("picture-sending").waitFor({ state: "detached" });
});

step("it is hidden from the partner until they agree, and then shown at its size", async () => {
  await pictures_are(alex, ["hidden"]);
  await eventually(
    "the picture is read out",
    () => alex.page.getByTestId("announcer").textContent(),
    (text) => /sent a picture$/.test(text ?? ""),
  );
  await look_at(alex, "8-picture-hidden");
  await alex.page.getByTestId("pictures-off").click();
  await alex.page.getByTestId("pictures-dialog").waitFor();
  await look_at(alex, "8-picture-dialog");
  await alex.page.getByTestId("pictures-confirm").click();
  const kept = await place_of(alex);

  await pictures_are(alex, ["linked"]);
  const picture = alex.page.getByTestId("message-picture").locator("img");
  const natural = await picture.evaluate((image) => [image.naturalWidth, image.naturalHeight]);
  assert.deepEqual(natural, [480, 360]);
  assert.deepEqual(await place_of(alex), kept);
  assert.equal(kept.width / kept.height, 4 / 3);
  assert.match(await picture.getAttribute("alt"), new RegExp(`^Picture from ${yuna_is.nickname}, `));
  await look_at(alex, "8-picture");
});

step("it opens large over the page, and closes with Escape or by going back", async () => {
  await alex.page.getByTestId("picture-open").focus();
  await alex.page.keyboard.press("Enter");
  const large = alex.page.getByTestId("light-box-picture");
  await eventually(
    "the large picture is there",
    () => large.evaluate((image) => image.complete && image.naturalWidth),
    (width) => width === 1_600,
  );
  await alex.page.keyboard.press("Tab");
  // The browser's own bar has its turn, but nothing that is covered.
  const is_covered = () => !document.activeElement?.matches("body, dialog *");
  assert.equal(await alex.page.evaluate(is_covered), false);
  await look_at(alex, "8-picture-large");
  await alex.page.keyboard.press("Escape");
  await alex.page.getByTestId("light-box").waitFor({ state: "detached" });
  await eventually(
    "the focus is where it was",
    () => alex.page.evaluate(() => document.activeElement?.dataset.testid),
    (id) => id === "picture-open",
  );

  const address = yuna.page.url();
  await yuna.page.getByTestId("picture-open").tap();
  await yuna.page.getByTestId("light-box-picture").waitFor();
  await look_at(yuna, "8-picture-large");
  await yuna.page.goBack();
  await yuna.page.getByTestId("light-box").waitFor({ state: "detached" });
  assert.equal(yuna.page.url(), address);
  await yuna.page.getByTestId("history").waitFor();
});

step("a picture is pasted from the clipboard, and sent with Enter", async () => {
  await paste_picture(alex, 300, 900);
  await alex.page.getByTestId("preview-picture").waitFor();
  await look_at(alex, "8-picture-pasted");
  await alex.page.keyboard.press("Enter");
  await pictures_are(alex, ["linked", "linked"]);

  await pictures_are(yuna, ["linked", "hidden"]);
  await look_at(yuna, "8-picture-hidden");
  await yuna.page.getByTestId("pictures-off").tap();
  await yuna.page.getByTestId("pictures-confirm").tap();
  await pictures_are(yuna, ["linked", "linked"]);
});

step("a picture is dropped on the page", async () => {
  await drop_picture(alex, 1_200, 400, () => look_at(alex, "8-picture-drop"));
  await send_previewed(alex);

  await pictures_are(yuna, ["linked", "linked", "linked"]);
  await look_at(alex, "8-pictures");
  await look_at(yuna, "8-pictures");
});

step("what is no picture is refused at once, in plain words", async () => {
  for (const [member, words] of [
    [yuna, /^사진만 보낼 수 있어요/],
    [alex, /^Only pictures can be sent/],
  ]) {
    await choose_picture(member, Buffer.from("%PDF-1.7"), "cv.pdf", "application/pdf");
    assert.match(await member.page.getByTestId("preview-problem").textContent(), words);
    await look_at(member, "8-picture-refused");
    await member.page.keyboard.press("Enter");
    await member.page.getByTestId("picture-preview").waitFor({ state: "detached" });
  }
});

step("a picture of somebody who is offline waits, and goes on by itself", async () => {
  await yuna.context.setOffline(true);
  await yuna.page.getByTestId("connection-banner").waitFor();
  await choose_picture(yuna, await drawn_picture(yuna, 600, 600, "image/png"), "tunnel.png");
  await send_previewed(yuna);
  await yuna.page.getByTestId("picture-sending").waitFor();
  await look_at(yuna, "8-picture-offline");

  await yuna.context.setOffline(false);

  await pictures_are(alex, ["linked", "linked", "linked", "linked"]);
  await yuna.page.getByTestId("picture-sending").waitFor({ state: "detached" });
});

step("one that could not be uploaded says so, can be tried again, and is there once", async () => {
  const refuse = (route) =>
    route.fulfill({
      status: 422,
      contentType: "application/problem+json",
      body: '{"code":"image_not_acceptable"}',
    });
  await alex.page.route("**/api/v1/rooms/*/images", refuse);
  await choose_picture(alex, await drawn_picture(alex, 500, 400, "image/png"), "again.png");
  await send_previewed(alex);
  await alex.page.getByTestId("refused-again").waitFor();
  await look_at(alex, "8-picture-failed");
  await alex.page.unroute("**/api/v1/rooms/*/images", refuse);
  await alex.page.getByTestId("refused-again").click();

  await pictures_are(yuna, ["linked", "linked", "linked", "linked", "linked"]);
  await pictures_are(alex, ["linked", "linked", "linked", "linked", "linked"]);
});

step("a fresh load shows the same, and a list says that it was a picture", async () => {
  await yuna.page.reload();
  // Only what is near is loaded.
  await yuna.page.getByTestId("message-picture").first().scrollIntoViewIfNeeded();
  await pictures_are(yuna, ["linked", "linked", "linked", "linked", "linked"]);
  await yuna.page.getByTestId("room-back").click();
  const row = yuna.page.getByTestId("room-row");
  assert.match(await row.textContent(), /사진/);
  await look_at(yuna, "8-picture-in-list");
  await row.click();
  await yuna.page.getByTestId("composer").waitFor();
});

step("a picture that cannot be had says so, and comes when it is asked for again", async () => {
  const cut = (route) => route.abort();
  await alex.page.route("**/api/v1/files/images/*-small.jpg*", cut);
  await alex.page.reload();
  await pictures_are(alex, ["empty", "empty", "broken", "broken", "broken"]);
  await look_at(alex, "8-picture-broken");
  await alex.page.unroute("**/api/v1/files/images/*-small.jpg*", cut);
  await alex.page.getByTestId("picture-again").last().click();
  await alex.page.getByTestId("message-picture").last().locator("img").waitFor();
});

step("a picture that is taken back is gone for both", async () => {
  const last = alex.page.getByTestId("message").last();
  await last.hover();
  await look_at(alex, "8-picture-retract");
  await last.getByTestId("message-retract").click();
  for (const member of [alex, yuna]) await has_left(member, 4);
  assert.equal((await shown_states(yuna)).at(-1), "retracted");

  const own = yuna.page.getByTestId("message").nth(-2);
  await look_at(yuna, "8-picture-retract");
  await own.getByTestId("message-retract").tap();
  for (const member of [alex, yuna]) await has_left(member, 3);
});

function has_left(member, count) {
  return eventually(
    `${member.name} has ${count} pictures left`,
    () => member.page.getByTestId("message-picture").count(),
    (seen) => seen === count,
  );
}

step("no page complained", () => {
  assert.deepEqual(complaints, []);
});
