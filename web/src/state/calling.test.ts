// Tests of the wish for notifications and what the browser says to it.
import { afterEach, beforeEach, expect, it, vi } from "vitest";

/** A browser that answers this when it is asked, and what it was asked. */
function browser(before: NotificationPermission, answer: NotificationPermission) {
  const browser = { permission: before, requestPermission: vi.fn() };
  browser.requestPermission.mockImplementation(async () => {
    browser.permission = answer;
  });
  vi.stubGlobal("Notification", browser);
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { serviceWorker: {} }));
  return browser;
}

async function loaded() {
  vi.resetModules();
  return import("./calling");
}

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

it("asks the browser only when it is turned on, and not again", async () => {
  const { requestPermission } = browser("default", "granted");
  const calling = await loaded();
  await calling.turn_notifications(false);
  expect(requestPermission).not.toHaveBeenCalled();
  await calling.turn_notifications(true);
  await calling.turn_notifications(false);
  await calling.turn_notifications(true);

  expect(requestPermission).toHaveBeenCalledOnce();
  expect(calling.notifications_are_on()).toBe(true);
  expect((await loaded()).notifications_are_on()).toBe(true);
});

it("stays off when the browser is told no, or not told anything", async () => {
  for (const answer of ["denied", "default"] as const) {
    browser("default", answer);
    const calling = await loaded();
    await calling.turn_notifications(true);

    expect(calling.permission.value).toBe(answer);
    expect(calling.notifications_are_on()).toBe(false);
  }
});

it("is off from when the permission is taken back, and says so", async () => {
  const settings = browser("granted", "granted");
  const calling = await loaded();
  await calling.turn_notifications(true);
  settings.permission = "denied";
  calling.look_at_permission();

  expect(calling.notifications_are_on()).toBe(false);
  expect(calling.permission.value).toBe("denied");
});

it("is unsupported without a service worker, for phones show no others", async () => {
  browser("granted", "granted");
  vi.stubGlobal("navigator", {});

  expect((await loaded()).permission.value).toBe("unsupported");
});
