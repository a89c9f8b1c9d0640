// What a member does to the own account on the pages, in words.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { eventually } from "./browser.mjs";
import { look_at } from "./looks.mjs";
import { code_for, log_length, username_for } from "./mail.mjs";

/** A page of the settings, from the list. */
export async function open_section(member, section) {
  const { page } = member;
  // On a phone a room takes the place of the menu.
  const back = page.getByTestId("room-back");
  if (await back.isVisible()) await back.click();
  await page.getByTestId("menu-me").click();
  await page.getByTestId(`me-${section}`).click();
  await page.getByTestId(`me-page-${section}`).waitFor();
}

export async function write_profile(member, introduction) {
  const { page } = member;
  await open_section(member, "profile");
  await page.getByTestId("profile-introduction").fill(introduction);
  await page.getByTestId("profile-interests").locator("label").nth(2).click();
  await page.getByTestId("profile-unsaved").waitFor();
  // Another page and back: nothing is lost, and nothing is saved by itself.
  await page.getByTestId("menu-match").click();
  await open_section(member, "profile");
  assert.equal(await page.getByTestId("profile-introduction").inputValue(), introduction);
  assert.equal(
    await page.getByTestId("profile-introduction-count").textContent(),
    `${[...introduction].length}/200`,
  );
  await page.getByTestId("profile-save").click();
  await page.getByTestId("profile-saved").waitFor();
  await look_at(member, "10-profile");
}

/** A picture of two colours, drawn by the browser itself. */
async function drawn_picture(page, width, height) {
  const base64 = await page.evaluate(
    async ([width, height]) => {
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#e2567a";
      pen.fillRect(0, 0, width, height);
      pen.fillStyle = "#ffd9a8";
      pen.arc(width / 2, height / 2, Math.min(width, height) / 3, 0, 7);
      pen.fill();
      return canvas.toDataURL("image/png").split(",")[1];
    },
    [width, height],
  );
  return Buffer.from(base64, "base64");
}

function is_shown(picture) {
  return picture.evaluate((image) => image.complete && image.naturalWidth > 0);
}

export async function change_image(member) {
  const { page } = member;
  await open_section(member, "image");
  await page.getByTestId("image-choose").setInputFiles({
    name: "not-a-picture.jpg",
    mimeType: "image/jpeg",
    buffer: Buffer.from("words, not a picture"),
  });
  await page.getByTestId("image-use").click();
  await page.getByTestId("image-problem").waitFor();
  await look_at(member, "11-image-problem");

  await page.getByTestId("image-choose").setInputFiles({
    name: "me.png",
    mimeType: "image/png",
    buffer: await drawn_picture(page, 900, 1200),
  });
  await look_at(member, "11-image-chosen");
  await page.getByTestId("image-use").click();
  await page.getByTestId("image-done").waitFor();
  const picture = page.locator(".me-image .avatar-picture");
  await eventually("the own picture is shown", () => is_shown(picture), Boolean);
  await look_at(member, "11-image");
}

export async function remove_image(member) {
  const { page } = member;
  await open_section(member, "image");
  await page.getByTestId("image-remove").click();
  await page.getByTestId("image-dialog").waitFor();
  await look_at(member, "11-image-remove");
  await page.getByTestId("image-remove-confirm").click();
  await page.getByTestId("image-done").waitFor();
  assert.equal(await page.locator(".me-image .avatar-picture").count(), 0);
}

/** Every other log-in ends; this page stays, and its connection comes back by itself. */
export async function change_password(member, before, after) {
  const { page } = member;
  await open_section(member, "password");
  await page.getByTestId("password-current").fill("something-else-0");
  await page.getByTestId("password-new").fill(after);
  await page.getByTestId("password-submit").click();
  await page.getByTestId("password-current").and(page.locator('[aria-invalid="true"]')).waitFor();
  await page.getByTestId("password-current").fill(before);
  await page.getByTestId("password-new").fill("12345678");
  await page.getByTestId("password-submit").click();
  await page.getByTestId("password-new").and(page.locator('[aria-invalid="true"]')).waitFor();
  await look_at(member, "12-password-problem");
  await page.getByTestId("password-new").fill(after);
  await page.getByTestId("password-submit").click();
  await page.getByTestId("password-done").waitFor();
  await look_at(member, "12-password");
  await page.getByTestId("menu-rooms").click();
  await page.getByTestId("rooms-empty").waitFor();
  await page.getByTestId("connection-banner").waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).pathname, "/rooms");
}

export async function change_email(member, email, password) {
  const { page } = member;
  const since = await log_length(member.log_path);
  await open_section(member, "email");
  await page.getByTestId("email-new").fill(email);
  await page.getByTestId("email-password").fill(password);
  await look_at(member, "13-email");
  await page.getByTestId("email-send-code").click();
  await page.getByTestId("email-code").waitFor();
  await look_at(member, "13-email-code");
  await page.getByTestId("email-code").fill(await code_for(email, member.log_path, since));
  await page.getByTestId("email-done").waitFor();
  assert.equal(await page.getByTestId("email-current").textContent(), email);
}

/** `elsewhere` is another browser of the same member: it is sent to the log-in page. */
export async function end_other_log_in(member, elsewhere, which) {
  const { page } = member;
  await open_section(member, "sessions");
  await page.getByTestId("session").nth(1).waitFor();
  assert.equal(await page.locator('[data-testid="session"][data-current="true"]').count(), 1);
  await look_at(member, "14-sessions");
  if (which === "one") await page.getByTestId("session-end").first().click();
  else {
    await page.getByTestId("sessions-end-others").click();
    await page.getByTestId("sessions-dialog").waitFor();
    await look_at(member, "14-sessions-dialog");
    await page.getByTestId("sessions-end-others-confirm").click();
  }
  await page.getByTestId("sessions-done").waitFor();
  await eventually(
    "only this log-in is left",
    () => page.getByTestId("session").count(),
    (n) => n === 1,
  );
  await elsewhere.page.getByTestId("log-in").waitFor();
  await look_at(elsewhere, "14-logged-out-elsewhere");
}

export async function hide_reading(member) {
  const { page } = member;
  await open_section(member, "privacy");
  await page.getByTestId("share-read").click();
  await page.getByTestId("share-read").and(page.locator('[aria-busy="false"]')).waitFor();
  await look_at(member, "15-privacy");
  await page.reload();
  await page.getByTestId("share-read").waitFor();
  assert.equal(await page.getByTestId("share-read").isChecked(), false);
  assert.equal(await page.getByTestId("share-typing").isChecked(), true);
}

/** Gives what the file holds. */
export async function save_export(member) {
  const { page } = member;
  await open_section(member, "export");
  const downloading = page.waitForEvent("download");
  await page.getByTestId("export-submit").click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), "rand-chat-export.json");
  await page.getByTestId("export-done").waitFor();
  await look_at(member, "16-export");
  return JSON.parse(await readFile(await download.path(), "utf8"));
}

export async function log_out(member) {
  const { page } = member;
  await page.getByTestId("menu-me").click();
  await page.getByTestId("log-out").click();
  await page.getByTestId("landing").waitFor();
}

export async function try_log_in(member, login, password) {
  const { page } = member;
  await page.getByTestId("log-in-login").fill(login);
  await page.getByTestId("log-in-password").fill(password);
  await page.getByTestId("log-in-submit").click();
}

export async function log_in(member, login, password) {
  const { page } = member;
  await page.goto("/log-in");
  await try_log_in(member, login, password);
  await page.getByTestId("match").waitFor();
}

/** Guesses until the account is locked, and goes on to where it is unlocked. */
export async function lock(member, login) {
  const { page } = member;
  await page.goto("/log-in");
  await try_log_in(member, login, "wrong-guess-0");
  await page.getByTestId("log-in-problem").waitFor();
  await look_at(member, "17-credentials-wrong");
  for (
    let guess = 1;
    guess < 8 && !(await page.getByTestId("log-in-locked-unlock").isVisible());
    guess += 1
  ) {
    const answered = page.waitForResponse((answer) => answer.url().endsWith("/auth/sessions"));
    await page.getByTestId("log-in-password").fill(`wrong-guess-${guess}`);
    await page.getByTestId("log-in-submit").click();
    await answered;
    await page.getByTestId("log-in-problem").waitFor();
  }
  await look_at(member, "17-locked");
  await page.getByTestId("log-in-locked-unlock").click();
}

/** From the unlock page, which knows the name already, back to logging in. */
export async function unlock(member, { email, username, password }) {
  const { page } = member;
  const since = await log_length(member.log_path);
  assert.equal(await page.getByTestId("unlock-login").inputValue(), username);
  assert.equal(new URL(page.url()).search, "");
  await look_at(member, "17-unlock");
  await page.getByTestId("unlock-send-code").click();
  await page.getByTestId("unlock-code").waitFor();
  await look_at(member, "17-unlock-code");
  await page.getByTestId("unlock-code").fill(await code_for(email, member.log_path, since));
  await page.getByTestId("log-in-done").waitFor();
  await look_at(member, "17-unlocked");
  await try_log_in(member, username, password);
  await page.getByTestId("match").waitFor();
}

export async function find_username(member, { email, username }) {
  const { page } = member;
  const since = await log_length(member.log_path);
  await page.goto("/log-in");
  await page.getByTestId("log-in-forgot-username").click();
  await page.getByTestId("forgot-username-email").fill(email);
  await page.getByTestId("forgot-username-send").click();
  await page.getByTestId("forgot-username-sent").waitFor();
  await look_at(member, "18-forgot-username");
  assert.equal(await username_for(email, member.log_path, since), username);
}

export async function reset_password(member, { email, username }, after) {
  const { page } = member;
  const since = await log_length(member.log_path);
  await page.goto("/log-in");
  await page.getByTestId("log-in-forgot-password").click();
  await page.getByTestId("forgot-password-login").fill(username);
  await look_at(member, "19-reset");
  await page.getByTestId("forgot-password-send-code").click();
  await page.getByTestId("forgot-password-code").waitFor();
  await page.getByTestId("forgot-password-code").fill(await code_for(email, member.log_path, since));
  await page.getByTestId("forgot-password-password").fill(`${username}-is-it`);
  await page.getByTestId("forgot-password-submit").click();
  await page.locator('[data-testid="forgot-password-password"][aria-invalid="true"]').waitFor();
  await look_at(member, "19-reset-password");
  await page.getByTestId("forgot-password-password").fill(after);
  await page.getByTestId("forgot-password-submit").click();
  await page.getByTestId("log-in-done").waitFor();
  await try_log_in(member, username, after);
  await page.getByTestId("match").waitFor();
}

export async function withdraw(member, password) {
  const { page } = member;
  await open_section(member, "withdraw");
  await page.getByTestId("withdraw-password").fill("something-else-0");
  await page.getByTestId("withdraw-submit").click();
  await page.getByTestId("withdraw-confirm").click();
  await page.locator('[data-testid="withdraw-password"][aria-invalid="true"]').waitFor();
  await page.getByTestId("withdraw-password").fill(password);
  await look_at(member, "20-withdraw");
  await page.getByTestId("withdraw-submit").click();
  await page.getByTestId("withdraw-dialog").waitFor();
  await look_at(member, "20-withdraw-dialog");
  await page.getByTestId("withdraw-confirm").click();
  await page.getByTestId("farewell").waitFor();
  await look_at(member, "20-farewell");
}
