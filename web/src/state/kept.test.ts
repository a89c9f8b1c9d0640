// Tests of choices that are kept, and seen by other pages of the browser.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { language, start_language } from "../texts/language";
import { links_agreed } from "./agreed";
import { keep, kept_switch, read_kept } from "./kept";
import { start_theme, theme } from "./theme";

/** What another page keeps is there before this one is told. */
function kept_elsewhere(key: string | null, value: string | null) {
  if (key === null) localStorage.clear();
  else if (value === null) localStorage.removeItem(key);
  else localStorage.setItem(key, value);
  window.dispatchEvent(new StorageEvent("storage", { key, newValue: value }));
}

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

it("keeps a switch only while it is on", () => {
  const lamp = kept_switch("lamp");
  lamp.turn(true);
  expect([lamp.is_on(), read_kept("lamp")]).toEqual([true, "on"]);
  lamp.turn(false);

  expect([lamp.is_on(), read_kept("lamp")]).toEqual([false, null]);
});

it("follows what another page has chosen", () => {
  const lamp = kept_switch("lamp");
  start_theme();
  start_language();
  for (const [key, value] of [
    ["lamp", "on"],
    ["theme", "dark"],
    ["language", "ko"],
    ["links_on", "r"],
  ] as const)
    kept_elsewhere(key, value);

  expect(lamp.is_on()).toBe(true);
  expect(theme.value).toBe("dark");
  expect(document.documentElement.dataset["theme"]).toBe("dark");
  expect(language.value).toBe("ko");
  expect(links_agreed.is_on("r")).toBe(true);

  kept_elsewhere(null, null);
  expect(lamp.is_on()).toBe(false);
  expect(theme.value).toBe("system");
  expect(links_agreed.is_on("r")).toBe(false);
});

it("writes nothing when it follows: two pages would never come to rest", () => {
  start_theme();
  const write = vi.fn();
  vi.stubGlobal("localStorage", { getItem: () => "dark", setItem: write, removeItem: write });
  window.dispatchEvent(new StorageEvent("storage", { key: "theme" }));

  expect(theme.value).toBe("dark");
  expect(write).not.toHaveBeenCalled();
});

it("takes nonsense for nothing chosen", () => {
  start_theme();
  kept_elsewhere("theme", "<script>");

  expect(theme.value).toBe("system");
});

it("holds a choice also where nothing may be kept", () => {
  const forbidden = () => {
    throw new DOMException("forbidden", "SecurityError");
  };
  vi.stubGlobal("localStorage", { getItem: forbidden, setItem: forbidden, removeItem: forbidden });
  const lamp = kept_switch("lamp");
  lamp.turn(true);
  keep("theme", "dark");

  expect(lamp.is_on()).toBe(true);
  expect(read_kept("theme")).toBeNull();
});
