// What stands around the pages: the app that is installed, opens without a network and renews itself; scripts that nobody
// can slip in; calls to those who do not look; tabs that agree; words that survive a reload.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { another_build } from "../another_build.mjs";
import {
  base_url,
  desktop_en,
  eventually,
  launch,
  launch_with_profile,
  log_path,
  open_member,
  phone_ko,
  story,
} from "../browser.mjs";
import { start_front } from "../front.mjs";
import { look_at } from "../looks.mjs";
import { accept, eventually_shows, look_within_10_km, password, say, sign_up } from "../steps.mjs";

const front = await start_front(base_url);
const server = { url: front.url, log_path };
const run = Date.now().toString(36).slice(-6);
const complaints = [];
let browser;
let mina;
let noah;
/** Another tab of noah's browser. */
let noahs_other;
let builds;

const mina_is = { email: `mina.s.${run}@example.com`, username: `minas_${run}`, nickname: `미나s${run}` };
const noah_is = { email: `noah.s.${run}@example.com`, username: `noahs_${run}`, nickname: `noahs${run}` };

before(async () => {
  browser = await launch();
  mina = await open_member(browser, "mina-phone-ko", phone_ko, complaints, server);
  noah = await open_member(
    browser,
    "noah-desktop-en",
    { ...desktop_en, permissions: ["geolocation", "notifications"] },
    complaints,
    server,
  );
  await noah.context.addInitScript(count_sounds);
});

after(async () => {
  await browser?.close();
  await front.stop();
  for (const build of builds ?? []) await build.remove();
});

const step = story(() => [mina, noah]);

/** Counts the notes that are played; they are played all the same. */
function count_sounds() {
  window.notes = 0;
  const create = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () {
    window.notes += 1;
    return create.call(this);
  };
}

/** As if the member had turned to another window; headless pages all believe that they are looked at. */
async function look_away(page) {
  await page.evaluate(() => {
    document.hasFocus = () => false;
    window.dispatchEvent(new Event("blur"));
  });
}

async function look_back(page) {
  await page.evaluate(() => {
    document.hasFocus = () => true;
    window.dispatchEvent(new Event("focus"));
  });
}

/** As if the member had turned to another tab. */
function hide(page) {
  return page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
    document.hasFocus = () => false;
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

function notifications(page) {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const shown = await registration.getNotifications();
    return shown.map(({ title, body, tag, data, silent }) => ({ title, body, tag, data, silent }));
  });
}

const notes = async (...pages) => {
  const counts = await Promise.all(pages.map((page) => page.evaluate(() => window.notes)));
  return counts.reduce((sum, count) => sum + count, 0);
};

function is_controlled(page) {
  return eventually(
    "the service worker has taken over",
    () => page.evaluate(() => navigator.serviceWorker.controller !== null),
    Boolean,
  );
}

step("no text becomes script, and no page but ours names a worker", async () => {
  // Complaints are what is wanted here.
  const context = await browser.newContext({ baseURL: front.url });
  const page = await context.newPage();
  await page.goto("/");
  const refused = await page.evaluate(async () => {
    const attempts = {
      markup: () => {
        document.createElement("div").innerHTML = "<img src=x>";
      },
      script: () => {
        document.createElement("script").src = "/theme_start.js";
      },
      // biome-ignore lint/security/noGlobalEval: it must not work
      eval: () => eval("1"),
      policy: () => trustedTypes.createPolicy("mine", {}),
      "our policy again": () => trustedTypes.createPolicy("rand-chat", {}),
      worker: () => new Worker("/sw.js"),
    };
    // Later, for what a debugger evaluates is exempt.
    await new Promise((later) => setTimeout(later));
    return new Promise((told) =>
      setTimeout(() => {
        const said = Object.entries(attempts).map(([name, attempt]) => {
          try {
            attempt();
            return [name, "done"];
          } catch {
            return [name, "refused"];
          }
        });
        told(Object.fromEntries(said));
      }),
    );
  });
  await context.close();
  assert.deepEqual(
    Object.entries(refused).filter(([, what]) => what !== "refused"),
    [],
  );
});

step("the description of the API can still be read", async () => {
  const page = await noah.context.newPage();
  await page.goto("/api/docs/");
  await page.locator(".swagger-ui .info .title").waitFor();
  await page.close();
});

step("the app can be installed", async () => {
  const profile = await mkdtemp(join(tmpdir(), "rand-chat-profile-"));
  const context = await launch_with_profile(profile);
  try {
    const page = await context.newPage();
    await page.goto(front.url);
    const devtools = await context.newCDPSession(page);
    const manifest = await devtools.send("Page.getAppManifest");
    assert.deepEqual(manifest.errors, []);
    const { icons, shortcuts } = JSON.parse(manifest.data);
    for (const { src } of [...icons, ...shortcuts.flatMap((one) => one.icons)])
      assert.equal((await page.request.get(front.url + src)).status(), 200, src);
    const { status, headers } = await page.evaluate(async () => {
      const answer = await fetch("/sw.js", { cache: "no-store" });
      return { status: answer.status, headers: Object.fromEntries(answer.headers) };
    });
    assert.deepEqual(
      [status, headers["content-type"], headers["cache-control"]],
      [200, "text/javascript", "no-cache"],
    );
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    assert.deepEqual(installabilityErrors, []);
  } finally {
    await context.close();
    await rm(profile, { recursive: true });
  }
});

step("both sign up, and the worker takes over without a reload", async () => {
  await sign_up(mina, mina_is);
  await sign_up(noah, noah_is);
  for (const { page } of [mina, noah]) await is_controlled(page);
});

step("it opens without a network, says so, and goes on when the network is back", async () => {
  const { page, context } = mina;
  await context.setOffline(true);
  await front.stop();
  await page.goto("/rooms");
  await page.getByText("인터넷에 연결되어 있지 않아요").waitFor();
  await look_at(mina, "30-offline-start");

  await front.start();
  await context.setOffline(false);
  await page.getByTestId("rooms-empty").waitFor();
});

step("pages that nobody has opened yet open without a network too", async () => {
  const { page, context } = mina;
  await context.setOffline(true);
  await page.getByTestId("menu-me").click();
  await page.getByTestId("me-privacy").click();
  await page.getByTestId("me-page-privacy").waitFor();
  await context.setOffline(false);
});

step("sound and notifications are turned on by their member's own tap", async () => {
  const { page } = noah;
  await page.getByTestId("menu-me").click();
  await page.getByTestId("me-notifications").click();
  await page.getByTestId("me-page-notifications").waitFor();
  assert.equal(await page.getByTestId("notifications").isChecked(), false);
  await look_at(noah, "31-notifications");
  await page.getByTestId("sound").check();
  await page.getByTestId("notifications").check();
  await eventually("the switch is on", () => page.getByTestId("notifications").isChecked(), Boolean);
  await eventually(
    "the sound was heard",
    () => notes(page),
    (count) => count === 2,
  );
});

step("where the browser forbids notifications the page says how to allow them", async () => {
  const { page } = mina;
  await page.goto("/me/notifications");
  await page.getByTestId("notifications-none").waitFor();
  await look_at(mina, "31-notifications-denied");
});

step("another tab has the same switches, language and theme at once", async () => {
  noahs_other = { ...noah, name: "noah-other-tab", page: await noah.context.newPage() };
  const { page } = noahs_other;
  await page.goto("/me/notifications");
  await eventually("the sound is on there", () => page.getByTestId("sound").isChecked(), Boolean);
  await page.getByTestId("me-back").click();
  await page.getByTestId("theme").locator("label").last().click();
  await page.getByTestId("language").locator("label").first().click();

  await noah.page.getByTestId("me-page-notifications").getByText("소리와 알림").waitFor();
  assert.equal(await noah.page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await noah.page.getByTestId("sound").uncheck();
  await noah.page.getByTestId("sound").check();
  await page.getByTestId("theme").locator("label").first().click();
  await page.getByTestId("language").locator("label").last().click();
  await noah.page.getByTestId("me-page-notifications").getByText("Sound and notifications").waitFor();
  assert.equal(await noah.page.evaluate(() => document.documentElement.dataset.theme), undefined);
});

step("what a profile says is the same in another tab at once", async () => {
  const { page } = noahs_other;
  await noah.page.goto("/me/profile");
  await noah.page.getByTestId("profile-introduction").fill("Seen in every tab");
  await noah.page.getByTestId("profile-save").click();
  await page.getByText("Seen in every tab").waitFor();
});

step("who does not look is called once when somebody is found", async () => {
  const pages = [noah.page, noahs_other.page];
  await look_within_10_km(noah);
  await noah.page.getByTestId("waiting").waitFor();
  for (const page of pages) await look_away(page);
  const before = await notes(...pages);
  await look_within_10_km(mina);
  await mina.page.getByTestId("proposal").waitFor();
  const [called] = await eventually(
    "a notification",
    () => notifications(noah.page),
    (all) => all.length > 0,
  );
  assert.deepEqual(called, {
    title: "We found someone!",
    body: called.body,
    tag: "proposal",
    data: "/match",
    silent: true,
  });
  await eventually(
    "one sound",
    () => notes(...pages),
    (count) => count === before + 3,
  );
  await look_back(noah.page);
  await eventually(
    "it is gone",
    () => notifications(noah.page),
    (all) => all.length === 0,
  );
  await accept(noah);
  await accept(mina);
  for (const { page } of [mina, noah]) await page.getByTestId("room").waitFor();
  await noahs_other.page.getByTestId("menu-match").click();
});

step("who looks at the room is not called", async () => {
  const pages = [noah.page, noahs_other.page];
  const before = await notes(...pages);
  await say(mina, "여기 있어요?");
  await eventually_shows(noah, ["여기 있어요?"]);
  await noahs_other.page.getByTestId("unread-total").waitFor({ state: "detached" });
  await say(noah, "Here!");
  await eventually_shows(mina, ["여기 있어요?", "Here!"]);
  assert.equal(await notes(...pages), before);
  assert.deepEqual(await notifications(noah.page), []);
});

step("who looks at another page hears a message and sees no notification", async () => {
  const pages = [noah.page, noahs_other.page];
  const before = await notes(...pages);
  await noah.page.getByTestId("menu-match").click();
  await eventually(
    "the sound of the proposal is long enough ago",
    () => noah.page.evaluate(() => navigator.locks.query()),
    ({ held }) => held.every((lock) => lock.name !== "rand-chat.calls.sound"),
  );
  await say(mina, "들려요?");
  await eventually(
    "one sound",
    () => notes(...pages),
    (count) => count === before + 2,
  );
  assert.deepEqual(await notifications(noah.page), []);
});

step("who looks at no page sees who wrote, once, and not what", async () => {
  await look_away(noah.page);
  await say(mina, "비밀 이야기");
  const shown = await eventually(
    "a notification",
    () => notifications(noah.page),
    (all) => all.length > 0,
  );
  const room = mina.page.url().split("/").at(-1);
  assert.deepEqual(shown, [
    {
      title: mina_is.nickname,
      body: "2 new messages",
      tag: `room.${room}`,
      data: `/rooms/${room}`,
      silent: true,
    },
  ]);
});

step("nobody is called for what is old: after a reload it is quiet", async () => {
  await noahs_other.page.reload();
  await noahs_other.page.getByTestId("unread-total").waitFor();
  await look_away(noahs_other.page);
  const shown = await notifications(noah.page);
  assert.equal(shown.length, 1);
  assert.equal(await notes(noahs_other.page), 0);
});

step("a tap on it opens the room, and a read message calls no more", async () => {
  const [worker] = noah.context.serviceWorkers();
  // The browser's own tap cannot be made from here; what follows it can.
  await worker.evaluate(async () => {
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  });
  const opened = await Promise.any(
    [noah, noahs_other].map(async (tab) => {
      await tab.page.getByTestId("room").waitFor();
      return tab;
    }),
  );
  await look_back(opened.page);
  await eventually_shows(opened, ["여기 있어요?", "Here!", "들려요?", "비밀 이야기"]);
  await eventually(
    "none is left",
    () => notifications(noah.page),
    (all) => all.length === 0,
  );
});

step("a notification goes when another tab has read it", async () => {
  for (const { page } of [noah, noahs_other]) await page.goto("/match");
  for (const { page } of [noah, noahs_other]) await page.getByTestId("match").waitFor();
  for (const { page } of [noah, noahs_other]) await look_away(page);
  await say(mina, "읽었나요?");
  await eventually(
    "a notification",
    () => notifications(noah.page),
    (all) => all.length === 1,
  );
  await noahs_other.page.getByTestId("room-row").click();
  await eventually(
    "it is gone",
    () => notifications(noah.page),
    (all) => all.length === 0,
  );
});

step("what is begun survives a reload, each tab keeping its own", async () => {
  const room = mina.page.url();
  const other = { ...mina, page: await mina.context.newPage() };
  await other.page.goto(room);
  await mina.page.getByTestId("composer").fill("쓰다 만 말");
  await other.page.getByTestId("composer").fill("다른 탭의 말");
  for (const [{ page }, text] of [
    [mina, "쓰다 만 말"],
    [other, "다른 탭의 말"],
  ]) {
    await page.reload();
    await eventually(
      "the words are back",
      () => page.getByTestId("composer").inputValue(),
      (seen) => seen === text,
    );
  }
  await mina.page.getByTestId("composer").press("Enter");
  await mina.page.reload();
  await mina.page.getByTestId("room").waitFor();
  assert.equal(await mina.page.getByTestId("composer").inputValue(), "");
  assert.equal(await other.page.getByTestId("composer").inputValue(), "다른 탭의 말");
  await other.page.close();
});

step(
  "a new version is offered to a page that is open, which goes on with its own files until then",
  async () => {
    builds = [
      await another_build({ "ko.ts": ['rooms: "대화"', 'rooms: "두 번째"'] }),
      await another_build({ "ko.ts": ['rooms: "대화"', 'rooms: "세 번째"'] }),
    ];
    const { page } = mina;
    await page.goto("/rooms");
    await page.getByTestId("room-row").waitFor();
    await offered(page, builds[0]);
    await look_at(mina, "32-newer-version");
    // Its code was not asked for before, and the server does not have it any more.
    await page.getByTestId("menu-me").click();
    await page.getByTestId("me-terms").click();
    await page.getByTestId("document-terms").waitFor();

    await page.getByTestId("version-news-renew").click();
    await page.getByTestId("menu-rooms").getByText("두 번째").waitFor();
  },
);

async function offered(page, build) {
  front.deploy(build.folder);
  await eventually(
    "the newer version is offered",
    async () => {
      front.cut();
      return page
        .getByTestId("version-news")
        .waitFor({ timeout: 5_000 })
        .then(
          () => true,
          () => false,
        );
    },
    Boolean,
    60_000,
  );
}

step("files that no page shows any more are dropped", async () => {
  const { page } = mina;
  await offered(page, builds[1]);
  assert.equal((await page.evaluate(() => caches.keys())).length, 2);
  await page.getByTestId("version-news-close").click();
  await page.getByTestId("version-news").waitFor({ state: "detached" });
});

step("a page that nobody looks at renews itself, but not while something is being written", async () => {
  const { page } = mina;
  await page.clock.install();
  await page.getByTestId("menu-rooms").click();
  await page.getByTestId("room-row").click();
  await page.getByTestId("composer").fill("아직 쓰는 중");
  await page.getByTestId("room-back").click();
  await hide(page);
  await page.clock.fastForward(61_000);
  await page.getByTestId("menu-rooms").getByText("두 번째").waitFor();
  await page.getByTestId("room-row").click();
  await page.getByTestId("composer").fill("");
  await page.getByTestId("room-back").click();
  await eventually(
    "it has renewed itself",
    async () => {
      // A leap in time may cost the connection, and without one it does not renew itself: the next minute does it.
      await page.clock.fastForward(61_000);
      const renewed = page.getByTestId("menu-rooms").getByText("세 번째");
      return renewed.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => false,
      );
    },
    Boolean,
    60_000,
  );
});

step("logging out and in is so in every tab, and takes words and notifications with it", async () => {
  const [first, second] = [noah.page, noahs_other.page];
  await second.getByTestId("composer").fill("Never sent");
  await second.getByTestId("menu-match").click();
  await look_away(second);
  await look_away(first);
  await say_from_the_list(mina, "하나 더");
  await eventually(
    "a notification",
    () => notifications(first),
    (all) => all.length === 1,
  );
  await first.getByTestId("menu-me").click();
  await first.getByTestId("log-out").click();
  for (const page of [first, second]) await page.getByTestId("landing").waitFor();
  assert.equal(await second.evaluate(() => sessionStorage.length), 0);
  await eventually(
    "none is left",
    () => notifications(first),
    (all) => all.length === 0,
  );

  await first.getByTestId("landing-log-in").click();
  await first.getByTestId("log-in-login").fill(noah_is.username);
  await first.getByTestId("log-in-password").fill(password);
  await first.getByTestId("log-in-submit").click();
  for (const page of [first, second]) await page.getByTestId("match").waitFor();
});

async function say_from_the_list(member, text) {
  await member.page.goto("/rooms");
  await member.page.getByTestId("room-row").click();
  // Whose connection was cut is called for nothing that comes before it is back.
  await member.page.locator('[data-testid="room-state"][data-presence="away"]').waitFor();
  await say(member, text);
}

step("no token is kept in any storage", async () => {
  const kept = await noah.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.doesNotMatch(kept, /eyJ|token/i);
});

step("no page complained", () => {
  assert.deepEqual(complaints, []);
});
