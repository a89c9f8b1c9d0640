// What must not hurt anybody: a reload at each moment, a server that is stopped or dies, a minute without a network, tokens that end.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { desktop_en, eventually, launch, open_member, phone_ko, story } from "../browser.mjs";
import { look_at } from "../looks.mjs";
import { start_server } from "../server.mjs";
import {
  accept,
  eventually_shows,
  look_within_10_km,
  say,
  shown_states,
  shown_texts,
  sign_up,
} from "../steps.mjs";

const TOKEN_S = 45;
/** Each is renewed half way through. */
const TOKENS_END_MS = 2 * TOKEN_S * 1000;
const OFFLINE_MS = 60_000;
/** Who could not connect several times in a row waits up to 20 s before the next try. */
const COME_BACK_MS = 45_000;
const run = Date.now().toString(36).slice(-6);
const complaints = [];
let server;
let browser;
let sumi;
let liam;

const sumi_is = { email: `sumi.${run}@example.com`, username: `sumi_${run}`, nickname: `수미${run}` };
const liam_is = { email: `liam.${run}@example.com`, username: `liam_${run}`, nickname: `liam${run}` };

before(async () => {
  server = await start_server({ auth__access_token_s: TOKEN_S, matching__proposal_ms: 90_000 });
  browser = await launch();
  sumi = await open_member(browser, "sumi-phone-ko", phone_ko, complaints, server);
  liam = await open_member(browser, "liam-desktop-en", desktop_en, complaints, server);
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const step = story(() => [sumi, liam]);

step("both sign up", async () => {
  await sign_up(sumi, sumi_is);
  await sign_up(liam, liam_is);
});

function seconds_waited(member) {
  return member.page
    .getByTestId("waiting-elapsed")
    .textContent()
    .then((text) => {
      const [minutes, seconds] = text.split(":").map(Number);
      return minutes * 60 + seconds;
    });
}

step("a reload in the waiting screen keeps the place in the queue", async () => {
  await look_within_10_km(sumi);
  await eventually(
    "some seconds of waiting",
    () => seconds_waited(sumi),
    (seconds) => seconds >= 3,
  );
  const before = await seconds_waited(sumi);
  await sumi.page.reload();
  await sumi.page.getByTestId("waiting").waitFor();
  assert.ok((await seconds_waited(sumi)) >= before);
});

step("a restart of the server does not end the search", async () => {
  await server.stop();
  await sumi.page.getByTestId("connection-banner").waitFor();
  await look_at(sumi, "6-waiting-reconnecting");
  await server.start();
  await sumi.page.getByTestId("connection-banner").waitFor({ state: "detached", timeout: COME_BACK_MS });
  await sumi.page.getByTestId("waiting").waitFor();
});

step("a reload during the proposal shows it again, before and after the answer", async () => {
  await look_within_10_km(liam);
  await sumi.page.getByTestId("proposal").waitFor();
  await sumi.page.reload();
  await accept(sumi);
  await sumi.page.getByTestId("proposal-given").waitFor();
  await sumi.page.reload();
  await sumi.page.getByTestId("proposal-given").waitFor();
  await look_at(sumi, "7-proposal-given");
  await accept(liam);
  for (const { page } of [sumi, liam]) await page.getByTestId("room").waitFor();
});

const said = [];

step("a reload in the room shows what was said", async () => {
  await say(sumi, "안녕하세요");
  said.push("안녕하세요");
  await eventually_shows(liam, said);
  for (const member of [sumi, liam]) {
    await member.page.reload();
    await eventually_shows(member, said);
  }
});

step("a server that is restarted while somebody types loses no letter", async () => {
  const box = liam.page.getByTestId("composer");
  await box.pressSequentially("I was just about");
  await sumi.page.getByTestId("typing").waitFor();
  await server.stop();
  await box.pressSequentially(" to say something");
  await liam.page.getByTestId("connection-banner").waitFor();
  await sumi.page.getByTestId("typing").waitFor({ state: "detached" });
  await box.press("Enter");
  assert.equal((await shown_states(liam)).at(-1), "sending");
  await look_at(liam, "8-room-reconnecting");
  await box.pressSequentially("and this");
  await server.start();

  said.push("I was just about to say something");
  await eventually_shows(sumi, said, COME_BACK_MS);
  assert.equal(await box.inputValue(), "and this");
  await box.press("Enter");
  said.push("and this");
  await eventually_shows(sumi, said);
  await eventually_shows(liam, said);
});

for (const round of [1, 2, 3])
  step(
    `a server that is killed while messages are on their way loses none and doubles none, ${round}`,
    async () => {
      const words = [`하나 ${round}`, `둘 ${round}`, `셋 ${round}`];
      for (const text of words) await say(sumi, text);
      await server.stop("SIGKILL");
      await say(sumi, `넷 ${round}`);
      await server.start();
      said.push(...words, `넷 ${round}`);
      await eventually_shows(liam, said, COME_BACK_MS);
      await eventually_shows(sumi, said, COME_BACK_MS);
      await eventually(
        "everything is stored",
        () => shown_states(sumi),
        (states) => states.every((state) => ["received", "stored", "read"].includes(state)),
      );
    },
  );

step("five messages written in a minute without a network arrive once, in their order", async () => {
  await sumi.context.setOffline(true);
  const until = Date.now() + OFFLINE_MS;
  const written = ["터널", "안이에요", "곧", "나가요", "잠시만요"];
  for (const text of written) await say(sumi, text);
  await say(liam, "Where are you?");
  await say(liam, "Hello?");
  assert.deepEqual((await shown_states(sumi)).slice(-5), Array(5).fill("sending"));
  await new Promise((resolve) => setTimeout(resolve, until - Date.now()));
  await sumi.context.setOffline(false);

  said.push("Where are you?", "Hello?", ...written);
  await eventually_shows(liam, said);
  await eventually_shows(sumi, said);
  await sumi.page.getByTestId("connection-banner").waitFor({ state: "detached" });
});

step("tokens end and are renewed, and no connection is lost by it", async () => {
  const second_tab = await another_tab(sumi);
  const sockets = [];
  for (const { page } of [sumi, second_tab]) page.on("websocket", (socket) => sockets.push(socket.url()));
  const refreshes = [count_refreshes(sumi.page), count_refreshes(second_tab.page)];
  await eventually(
    "each tab has renewed its token twice",
    () => Math.min(...refreshes.map((one) => one.statuses.length)),
    (count) => count >= 2,
    TOKENS_END_MS,
  );
  await say(sumi, "아직 여기 있어요");
  said.push("아직 여기 있어요");
  for (const member of [sumi, second_tab, liam]) await eventually_shows(member, said);
  assert.deepEqual(sockets, []);
  for (const { statuses } of refreshes) assert.ok(statuses.every((status) => status === 200));
  await second_tab.page.close();
});

step("tabs that need a token at the same moment ask one after the other", async () => {
  const second_tab = await another_tab(sumi);
  const flights = { now: 0, most: 0, all: 0 };
  // Slow enough that two at a time would be seen.
  await sumi.context.route("**/auth/refresh", async (route) => {
    flights.now += 1;
    flights.all += 1;
    flights.most = Math.max(flights.most, flights.now);
    const answer = await route.fetch();
    await new Promise((resolve) => setTimeout(resolve, 500));
    flights.now -= 1;
    await route.fulfill({ response: answer });
  });
  await Promise.all([sumi.page.reload(), second_tab.page.reload()]);
  for (const member of [sumi, second_tab]) await eventually_shows(member, said);
  await sumi.context.unroute("**/auth/refresh");
  assert.ok(flights.all >= 2);
  assert.equal(flights.most, 1);
  await second_tab.page.close();
});

async function another_tab(member) {
  const tab = { ...member, page: await member.context.newPage() };
  await tab.page.goto("/rooms");
  await tab.page.getByTestId("room-row").click();
  await eventually_shows(tab, said);
  return tab;
}

function count_refreshes(page) {
  const counted = { statuses: [] };
  page.on("response", (answer) => {
    if (answer.url().endsWith("/auth/refresh")) counted.statuses.push(answer.status());
  });
  return counted;
}

step("both pages and a fresh load agree in the end", async () => {
  assert.deepEqual(await shown_texts(sumi), await shown_texts(liam));
  for (const member of [sumi, liam]) {
    await member.page.reload();
    await eventually_shows(member, said);
  }
});

step("terms that have changed are agreed to before anything else", async () => {
  await server.stop();
  await server.start({ member__terms_version: "2099-01" });
  await sumi.page.reload();
  await sumi.page.getByTestId("agreeing-submit").waitFor();
  await look_at(sumi, "9-agreeing");
  await sumi.page.getByTestId("agreeing-terms").check();
  await sumi.page.getByTestId("agreeing-submit").click();
  await eventually_shows(sumi, said);
});

step("no page complained", () => {
  assert.deepEqual(complaints, []);
});
