// Two people wait for each other: what they are told, what one tap does, and what comes of a bad network and of many noes.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { desktop_en_20_km_off, eventually, launch, open_member, phone_ko, story } from "../browser.mjs";
import { look_at } from "../looks.mjs";
import { accept, decline, look_anywhere, look_within_10_km, sign_up } from "../steps.mjs";

const run = Date.now().toString(36).slice(-6);
const complaints = [];
let browser;
let sora;
let noah;
/** What sora's page says and the network keeps. */
let held;

const sora_is = { email: `sora.${run}@example.com`, username: `sora_${run}`, nickname: `소라${run}` };
const noah_is = { email: `noah.${run}@example.com`, username: `noah_${run}`, nickname: `noah${run}` };

before(async () => {
  browser = await launch();
  sora = await open_member(browser, "sora-phone-ko", phone_ko, complaints);
  noah = await open_member(browser, "noah-desktop-en", desktop_en_20_km_off, complaints);
  held = await hold_what_is_seen(sora);
});

after(async () => {
  await browser?.close();
});

const step = story(() => [sora, noah]);

/** A network that can keep from the server that a proposal is seen. */
async function hold_what_is_seen(member) {
  const kept = { holds: false, frames: [], let_go: () => {} };
  await member.page.routeWebSocket("**/ws", (page) => {
    const server = page.connectToServer();
    page.onMessage((text) => {
      if (kept.holds && JSON.parse(text).t === "seen") kept.frames.push(text);
      else server.send(text);
    });
    kept.let_go = () => {
      kept.holds = false;
      for (const text of kept.frames.splice(0)) server.send(text);
    };
  });
  return kept;
}

step("both sign up", async () => {
  await sign_up(sora, sora_is);
  await sign_up(noah, noah_is);
});

step("who looks near by is told what to expect, and one tap looks further and finds", async () => {
  await look_anywhere(noah);
  await look_within_10_km(sora);
  await sora.page.getByTestId("outlook").waitFor();
  assert.match(await sora.page.getByTestId("outlook-in-reach").textContent(), /10명 미만/);
  assert.equal(await sora.page.getByTestId("waiting-widen").textContent(), "25 km까지 넓히기");
  await noah.page.getByTestId("outlook").waitFor();
  assert.equal(await noah.page.getByTestId("waiting-widen").count(), 0);
  for (const member of [sora, noah]) {
    await look_at(member, "6-outlook");
  }
  await sora.page.getByTestId("waiting-widen").click();

  await noah.page.getByTestId("proposal").waitFor();
  await sora.page.getByTestId("proposal").waitFor();
});

step("a page that could not show that it is there says so, and they meet all the same", async () => {
  held.holds = true;
  await decline(sora);
  await sora.page.getByTestId("proposal").waitFor();
  await sora.page.getByTestId("waiting-missed").waitFor();
  await noah.page.getByTestId("waiting-partner-gone").waitFor();
  await look_at(sora, "6-missed");
  held.let_go();

  await sora.page.getByTestId("proposal").waitFor();
  await noah.page.getByTestId("proposal").waitFor();
});

step("who passes on several in a row pauses for a moment, and then goes on looking", async () => {
  await decline(sora);
  await sora.page.getByTestId("proposal").waitFor();
  await decline(sora);
  await sora.page.getByTestId("waiting-paused").waitFor();
  assert.match(await sora.page.getByTestId("waiting-pause-left").textContent(), /^0:1\d 뒤에/);
  await look_at(sora, "6-paused");
  await eventually(
    "the pause is counted down",
    () => sora.page.getByTestId("waiting-pause-left").textContent(),
    (text) => /^0:0\d 뒤에/.test(text ?? ""),
  );
  assert.equal(await sora.page.getByTestId("proposal").count(), 0);

  await accept(sora);
  await accept(noah);
  await sora.page.getByTestId("room").waitFor();
  await noah.page.getByTestId("room").waitFor();
});

step("no page complained", () => {
  assert.deepEqual(complaints, []);
});
