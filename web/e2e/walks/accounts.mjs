// Two people look after their accounts, each in a language of their own, meet, and one of them leaves for good.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import {
  change_email,
  change_image,
  change_password,
  end_other_log_in,
  find_username,
  hide_reading,
  lock,
  log_in,
  log_out,
  remove_image,
  reset_password,
  save_export,
  try_log_in,
  unlock,
  withdraw,
  write_profile,
} from "../account_steps.mjs";
import { desktop_en, eventually, launch, log_path, open_member, phone_ko, story } from "../browser.mjs";
import { look_at } from "../looks.mjs";
import {
  accept,
  eventually_shows,
  password as first_password,
  look_within_10_km,
  say,
  sign_up,
} from "../steps.mjs";

const run = Date.now().toString(36).slice(-6);
const complaints = [];
let browser;
let mina;
let noah;
let elsewhere;

const mina_is = {
  email: `mina.${run}@example.com`,
  username: `mina_${run}`,
  nickname: `미나${run}`,
  password: first_password,
  introduction: "산책과 커피를 좋아해요 ☕",
};
const noah_is = {
  email: `noah.${run}@example.com`,
  username: `noah_${run}`,
  nickname: `noah${run}`,
  password: first_password,
  introduction: "Long walks, short films. 🎬",
};
const both = () => [
  [mina, mina_is],
  [noah, noah_is],
];

before(async () => {
  assert.notEqual(log_path, "", "RAND_CHAT_LOG must name the server's log, the mails are read from it");
  browser = await launch();
  mina = await open_member(browser, "mina-phone-ko", phone_ko, complaints);
  noah = await open_member(browser, "noah-desktop-en", desktop_en, complaints);
  elsewhere = await open_member(browser, "elsewhere-desktop-en", desktop_en, complaints);
});

after(async () => {
  await browser?.close();
});

const step = story(() => [mina, noah, elsewhere]);

step("terms and privacy notice can be read by anybody", async () => {
  for (const member of [mina, noah]) {
    for (const which of ["terms", "privacy"]) {
      await member.page.goto(`/${which}`);
      await member.page.getByTestId(`document-${which}`).waitFor();
      await look_at(member, `0-${which}`);
    }
  }
});

step("an address that leads nowhere says so", async () => {
  await noah.page.goto("/nothing-is-here");
  await noah.page.getByRole("link", { name: "Go to the start" }).waitFor();
  await look_at(noah, "0-not-found");
});

step("both sign up", async () => {
  for (const [member, is] of both()) await sign_up(member, is);
});

step("a profile is kept while it is written, and saved when asked", async () => {
  for (const [member, is] of both()) {
    await write_profile(member, is.introduction);
    await member.page.getByTestId("menu-me").click();
    await member.page.getByText(is.introduction).waitFor();
    await look_at(member, "9-me");
  }
});

step("a picture is chosen, refused, chosen again and shown", async () => {
  for (const [member] of both()) await change_image(member);
});

step("reading is hidden, and stays hidden over a reload", async () => {
  for (const [member] of both()) await hide_reading(member);
});

step("all that is stored can be saved as a file", async () => {
  for (const [member, is] of both()) {
    const saved = JSON.stringify(await save_export(member));
    for (const own of [is.email, is.username, is.nickname, is.introduction]) assert.ok(saved.includes(own));
    assert.ok(!saved.includes(is.password));
  }
});

step("another log-in is ended, one by name and all at once", async () => {
  await log_in(elsewhere, mina_is.username, mina_is.password);
  await end_other_log_in(mina, elsewhere, "one");
  await log_in(elsewhere, noah_is.username, noah_is.password);
  await end_other_log_in(noah, elsewhere, "all");
});

step("a new password logs out everybody else, and the page that set it goes on", async () => {
  for (const [member, is] of both()) {
    await log_in(elsewhere, is.username, is.password);
    await change_password(member, is.password, `fresh-Meadow-${run}`);
    await elsewhere.page.getByTestId("log-in").waitFor();
    is.password = `fresh-Meadow-${run}`;
  }
});

step("a new address is proved by a code", async () => {
  for (const [member, is] of both()) {
    is.email = `new.${is.email}`;
    await change_email(member, is.email, is.password);
  }
});

step("a locked account is unlocked by a mailed code", async () => {
  for (const [member, is] of both()) {
    await log_out(member);
    await lock(member, is.username);
    await unlock(member, is);
  }
});

step("a forgotten username is mailed", async () => {
  for (const [member, is] of both()) {
    await log_out(member);
    await find_username(member, is);
  }
});

step("a forgotten password is set anew", async () => {
  for (const [member, is] of both()) {
    is.password = `other-Harbour-${run}`;
    await reset_password(member, is, is.password);
  }
});

step("they meet and see each other's pictures", async () => {
  await look_within_10_km(mina);
  await mina.page.getByTestId("waiting").waitFor();
  await look_within_10_km(noah);
  for (const member of [mina, noah]) {
    const picture = member.page.getByTestId("proposal").locator(".avatar-picture");
    await eventually(
      "the partner's picture is shown",
      () => picture.evaluate((image) => image.complete && image.naturalWidth > 0),
      Boolean,
    );
    await accept(member);
  }
  await say(mina, "사진이 멋져요!");
  await say(noah, "Thank you!");
  for (const member of [mina, noah]) {
    await eventually_shows(member, ["사진이 멋져요!", "Thank you!"]);
    await look_at(member, "21-room");
  }
});

step("who withdraws is gone, and the words stay as from a withdrawn member", async () => {
  await remove_image(mina);
  await withdraw(noah, noah_is.password);
  await noah.page.getByTestId("landing-log-in").click();
  await try_log_in(noah, noah_is.username, noah_is.password);
  await noah.page.getByTestId("log-in-problem").waitFor();

  await mina.page.getByTestId("menu-rooms").click();
  await mina.page.getByTestId("room-row").getByText("탈퇴한 회원").waitFor();
  await look_at(mina, "22-rooms-withdrawn");
  await mina.page.getByTestId("room-row").click();
  await mina.page.getByTestId("room-closed").waitFor();
  await eventually_shows(mina, ["사진이 멋져요!", "Thank you!"]);
  await look_at(mina, "22-room-withdrawn");
  await withdraw(mina, mina_is.password);
});

step("no page complained", () => {
  assert.deepEqual(complaints, []);
});
