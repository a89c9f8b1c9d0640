// How looking for somebody ends without a room, and telling a place without the device.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { desktop_en, launch, open_member, phone_ko, story } from "../browser.mjs";
import { look_at } from "../looks.mjs";
import { start_server } from "../server.mjs";
import { decline, look_within_10_km, sign_up } from "../steps.mjs";

const PROPOSAL_MS = 12_000;
const run = Date.now().toString(36).slice(-6);
const complaints = [];
let server;
let browser;
let bora;
let finn;

const bora_is = { email: `bora.${run}@example.com`, username: `bora_${run}`, nickname: `보라${run}` };
const finn_is = { email: `finn.${run}@example.com`, username: `finn_${run}`, nickname: `finn${run}` };

before(async () => {
  server = await start_server({
    matching__proposal_ms: PROPOSAL_MS,
    matching__long_wait_ms: 5_000,
    matching__exclusions_s: "1,600",
    matching__pauses_s: "1,1",
    member__places_per_hour: 2,
  });
  browser = await launch();
  bora = await open_member(browser, "bora-phone-ko", { ...phone_ko, permissions: [] }, complaints, server);
  finn = await open_member(browser, "finn-desktop-en", desktop_en, complaints, server);
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const step = story(() => [bora, finn]);

step("both sign up", async () => {
  await sign_up(bora, bora_is);
  await sign_up(finn, finn_is);
});

step("nobody has to let the page know where the device is: a city will do", async () => {
  const { page } = bora;
  await page.getByTestId("match-start").click();
  await page.getByTestId("match-place-needed").waitFor();
  await look_at(bora, "5-match-place-needed");
  await page.getByTestId("place-use").click();
  await page.getByTestId("place-cities").waitFor();
  await look_at(bora, "5-match-place-denied");
  await page.getByTestId("city-seoul").click();
  await page.getByTestId("place-shared").waitFor();
  await look_at(bora, "5-match-place-city");
});

step("who waits for long is told so, and may stop", async () => {
  const { page } = bora;
  await page.getByTestId("match-start").click();
  await page.getByTestId("waiting-long").waitFor();
  await look_at(bora, "6-waiting-long");
  await page.getByTestId("waiting-go-on").click();
  await page.getByTestId("waiting-long").waitFor({ state: "detached" });
  await page.getByTestId("waiting-stop").click();
  await page.getByTestId("match-start").waitFor();
});

step("who does not answer is out, and the other goes on waiting", async () => {
  await look_within_10_km(finn);
  await bora.page.getByTestId("match-start").click();
  await finn.page.getByTestId("proposal-accept").click();
  await finn.page.getByTestId("proposal-given").waitFor();
  await bora.page.getByTestId("match-ending").waitFor();
  await finn.page.getByTestId("waiting-partner-gone").waitFor();
  await look_at(bora, "5-match-silent");
  await look_at(finn, "6-waiting-partner-gone");
});

step("who passes goes on waiting, and so does the other", async () => {
  await bora.page.getByTestId("match-start").click();
  await bora.page.getByTestId("proposal").waitFor();
  await decline(bora);
  await bora.page.getByTestId("waiting-passed").waitFor();
  await look_at(bora, "6-waiting-passed");
});

step("too many places are refused in plain words", async () => {
  const { page } = finn;
  await page.getByTestId("waiting-stop").click();
  await page.getByTestId("place-shared").getByRole("button").click();
  await page.getByTestId("place-pick-city").click();
  await page.getByTestId("city-busan").click();
  await page.getByTestId("place-shared").waitFor();
  await page.getByTestId("place-shared").getByRole("button").click();
  await page.getByTestId("place-pick-city").click();
  await page.getByTestId("city-london").click();
  await page.getByTestId("place-problem").waitFor();
  await look_at(finn, "5-match-place-refused");
});

step("no page complained", () => {
  assert.deepEqual(complaints, []);
});
