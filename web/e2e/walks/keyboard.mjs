// Somebody who has no mouse: from the first page to leaving a room, with the keys alone; and somebody who wants nothing to move.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { desktop_en, eventually, launch, open_member, story } from "../browser.mjs";
import { code_for } from "../mail.mjs";
import { accept, eventually_shows, look_within_10_km, password, say, sign_up } from "../steps.mjs";

const TABS_MAX = 60;
const run = Date.now().toString(36).slice(-6);
const complaints = [];
let browser;
let vera;
let owen;

const vera_is = { email: `vera.${run}@example.com`, username: `vera_${run}`, nickname: `vera${run}` };
const owen_is = { email: `owen.${run}@example.com`, username: `owen_${run}`, nickname: `owen${run}` };

before(async () => {
  browser = await launch();
  vera = await open_member(browser, "vera-desktop-en", desktop_en, complaints);
  owen = await open_member(browser, "owen-desktop-en", desktop_en, complaints);
});

after(async () => {
  await browser?.close();
});

const step = story(() => [vera, owen]);

/** The element that has the focus: its test id, and whether it is seen to have it. */
function focus(page) {
  return page.evaluate(() => {
    const one = document.activeElement;
    if (one === null || one === document.body) return { id: null, is_seen: false, in_view: false };
    const marks = (element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0;
    };
    const drawn = [one, one.nextElementSibling, one.closest("label")].filter((element) => element !== null);
    const { top, bottom, left, right } = one.getBoundingClientRect();
    const within = (element) => element.closest("[data-testid]")?.dataset.testid ?? null;
    return {
      id: within(one),
      name: one.outerHTML.slice(0, 120),
      is_seen: drawn.some(marks),
      in_view: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
    };
  });
}

/** Tab until something has the focus; everything on the way must show that it has it. */
async function tab_to(page, id, key = "Tab") {
  const passed = [];
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press(key);
    const at = await focus(page);
    if (at.id !== null) {
      assert.ok(at.is_seen, `the focus is not seen on ${at.name}`);
      assert.ok(at.in_view, `the focus is out of view on ${at.name}`);
    }
    if (at.id === id) return;
    passed.push(at.id);
  }
  assert.fail(`${id} cannot be reached with ${key}: ${passed.join(", ")}`);
}

async function type_into(page, id, text) {
  await tab_to(page, id);
  await page.keyboard.type(text);
}

async function press_on(page, id, key = "Enter") {
  await tab_to(page, id);
  await page.keyboard.press(key);
}

/** Waits until something that has just come has taken the focus. */
function focus_is_on(page, wanted) {
  return eventually(
    `${wanted} has the focus`,
    () => focus(page),
    ({ id }) => id === wanted,
  );
}

/** What had the focus may be gone; then something sensible has it, never the bare page. */
function focus_is_not_lost(page, after) {
  return eventually(
    `something has the focus after ${after}`,
    () => focus(page),
    ({ id, name }) => id !== null || name !== undefined,
  );
}

step("signing up takes a keyboard", async () => {
  const { page } = vera;
  await page.goto("/");
  await page.getByTestId("landing").waitFor();
  await page.keyboard.press("Tab");
  assert.match((await focus(page)).name, /skip-link/);
  await press_on(page, "landing-sign-up");
  await page.getByTestId("sign-up-email").waitFor();
  await focus_is_not_lost(page, "the first page");
  await page.getByTestId("sign-up-email").focus();
  await page.keyboard.type(vera_is.email);
  await press_on(page, "sign-up-terms", "Space");
  await press_on(page, "sign-up-privacy", "Space");
  await press_on(page, "sign-up-send-code");
  await page.getByTestId("sign-up-code").waitFor();
  await focus_is_on(page, "sign-up-code");
  await page.keyboard.type(await code_for(vera_is.email, vera.log_path));
  await page.getByTestId("sign-up-nickname").waitFor();
  await focus_is_on(page, "sign-up-nickname");
  await page.keyboard.type(vera_is.nickname);
  await type_into(page, "sign-up-username", vera_is.username);
  await type_into(page, "sign-up-password", password);
  await tab_to(page, "sign-up-birth-date");
  await page.keyboard.type("05171996");
  await press_on(page, "sign-up-sex", "ArrowRight");
  await press_on(page, "sign-up-finish");
  await page.getByTestId("match").waitFor();
  await focus_is_not_lost(page, "signing up");
});

step("so do looking for somebody and saying yes", async () => {
  const { page } = vera;
  await tab_to(page, "match-distance");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  assert.match(await page.getByTestId("match-distance-text").textContent(), /10 km/);
  await press_on(page, "place-use");
  await page.getByTestId("place-shared").waitFor();
  await focus_is_not_lost(page, "telling the place");
  await press_on(page, "match-start");
  await page.getByTestId("waiting").waitFor();
  await focus_is_not_lost(page, "beginning to wait");

  await sign_up(owen, owen_is);
  await look_within_10_km(owen);
  await page.getByTestId("proposal").waitFor();
  assert.ok(await page.evaluate(() => document.activeElement.closest("dialog") !== null));
  await press_on(page, "proposal-accept");
  await accept(owen);
  await page.getByTestId("room").waitFor();
});

step("so does chatting", async () => {
  const { page } = vera;
  await focus_is_on(page, "composer");
  await page.keyboard.type("Hello from a keyboard");
  await page.keyboard.press("Enter");
  await eventually_shows(owen, ["Hello from a keyboard"]);
  await say(owen, "Hello!");
  await eventually_shows(vera, ["Hello from a keyboard", "Hello!"]);
  await eventually(
    "the message is read out",
    () => page.getByTestId("announcer").textContent(),
    (text) => /Hello!/.test(text ?? ""),
  );
  await focus_is_on(page, "composer");
});

step("menus and dialogs give the focus back, and keep it inside while they are open", async () => {
  const { page } = vera;
  await tab_to(page, "room-menu", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByTestId("room-leave").waitFor();
  await page.keyboard.press("Escape");
  await page.getByTestId("room-leave").waitFor({ state: "detached" });
  await focus_is_on(page, "room-menu");
  for (const id of ["room-report", "room-block", "room-leave"]) {
    await page.keyboard.press("Enter");
    await page.getByTestId(id).waitFor();
    for (let at = 0; at < 4 && (await focus(page)).id !== id; at += 1) await page.keyboard.press("ArrowDown");
    const chosen = await focus(page);
    assert.equal(chosen.id, id);
    assert.ok(chosen.is_seen, `nobody sees that ${id} is chosen`);
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor();
    for (let tabs = 0; tabs < 12; tabs += 1) {
      await page.keyboard.press("Tab");
      // The browser's own bar has its turn, but nothing that is covered.
      assert.ok(await page.evaluate(() => document.activeElement.matches("body, dialog, dialog *")));
    }
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await eventually(
      `the focus is back after ${id}`,
      () => focus(page),
      (at) => at.id === "room-menu",
    );
  }
});

step("who wants nothing to move sees nothing move", async () => {
  const { page } = owen;
  await page.emulateMedia({ reducedMotion: "reduce" });
  await vera.page.getByTestId("composer").focus();
  await vera.page.keyboard.type("...");
  await page.getByTestId("typing").waitFor();
  assert.deepEqual(await moving(page), []);
  await page.getByTestId("menu-match").click();
  await page.getByTestId("match-start").click();
  await page.getByTestId("waiting").waitFor();
  assert.deepEqual(await moving(page), []);
  await page.getByTestId("waiting-stop").click();
  await page.getByTestId("match-start").waitFor();
});

function moving(page) {
  return page.evaluate(() =>
    document
      .getAnimations()
      .filter((one) => one.playState === "running")
      .map((one) => one.animationName ?? one.transitionProperty),
  );
}

step("leaving takes a keyboard, too", async () => {
  const { page } = vera;
  await tab_to(page, "room-menu", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByTestId("room-leave").waitFor();
  for (let at = 0; at < 4 && (await focus(page)).id !== "room-leave"; at += 1)
    await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByTestId("leave-dialog").waitFor();
  await press_on(page, "leave-confirm");
  await page.getByTestId("rooms-empty").waitFor();
  await focus_is_not_lost(page, "leaving");
});

step("no page complained", () => {
  assert.deepEqual(complaints, []);
});
