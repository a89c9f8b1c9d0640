// Tests of what the tab says while nobody looks at the page.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Proposal } from "../protocol/frames";
import { clear_match, on_match_ended, on_proposed } from "../state/match";
import { en } from "../texts/en";
import { language } from "../texts/language";
import { usePageTitle } from "./page_title";

const proposal = { id: "p", token: "token", expires_in_ms: 30_000, answered: null } as Proposal;

let root: HTMLElement;
let icon: HTMLLinkElement;
let state: DocumentVisibilityState;
let has_focus: boolean;

function Titled() {
  usePageTitle();
  return null;
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  language.value = "en";
  [state, has_focus] = ["visible", true];
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => state);
  vi.spyOn(document, "hasFocus").mockImplementation(() => has_focus);
  icon = document.createElement("link");
  icon.rel = "icon";
  document.head.append(icon);
  root = document.createElement("div");
  await act(() => render(<Titled />, root));
});

afterEach(async () => {
  await act(() => render(null, root));
  icon.remove();
  clear_match();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const hide = () =>
  act(() => {
    [state, has_focus] = ["hidden", false];
    document.dispatchEvent(new Event("visibilitychange"));
  });

const show = () =>
  act(() => {
    [state, has_focus] = ["visible", true];
    document.dispatchEvent(new Event("visibilitychange"));
  });

const shown = () => [document.title, icon.getAttribute("href")];
const usual = [en.app.page_title, "/favicon.svg"];
const calling = [`❗ ${en.proposal.title}`, "/favicon_found.svg"];

it("calls when somebody is found while the page is hidden, until somebody looks", async () => {
  await hide();
  expect(shown()).toEqual(usual);
  await act(() => on_proposed(proposal));
  expect(shown()).toEqual(calling);
  await show();

  expect(shown()).toEqual(usual);
});

it("calls when the page can be seen but another window is used", async () => {
  await act(() => {
    has_focus = false;
    window.dispatchEvent(new Event("blur"));
    on_proposed(proposal);
  });

  expect(shown()).toEqual(calling);
});

it("does not call somebody who looks, or has answered on another page", async () => {
  await act(() => on_proposed(proposal));
  expect(shown()).toEqual(usual);
  await hide();
  expect(shown()).toEqual(calling);
  await act(() => on_proposed({ ...proposal, answered: "accept" }));

  expect(shown()).toEqual(usual);
});

it("stops calling when it is over", async () => {
  await hide();
  await act(() => on_proposed(proposal));
  await act(() => on_match_ended("expired", null, "p"));

  expect(shown()).toEqual(usual);
});
