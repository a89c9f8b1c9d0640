// Tests of what the log-in page says to who is suspended.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { session } from "../state/session";
import { en } from "../texts/en";
import { language } from "../texts/language";
import { LogIn } from "./log_in";

let root: HTMLElement;
let until: string | null;
let reason: string;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-24T12:00:00Z") });
  language.value = "en";
  until = null;
  reason = "sends links to everybody";
  session.value = { name: "out", because: null };
  vi.stubGlobal(
    "fetch",
    async () => new Response(JSON.stringify({ code: "suspended", reason, until }), { status: 403 }),
  );
  root = document.createElement("div");
  document.body.append(root);
  await act(() => render(<LogIn />, root));
});

afterEach(async () => {
  await act(() => render(null, root));
  root.remove();
  session.value = { name: "unknown", unreachable: false };
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const text = (test_id: string) => root.querySelector(`[data-testid="${test_id}"]`)?.textContent;

async function try_log_in() {
  for (const [test_id, typed] of [
    ["log-in-login", "hana_01"],
    ["log-in-password", "password"],
  ]) {
    const box = root.querySelector<HTMLInputElement>(`[data-testid="${test_id}"]`);
    await act(() => {
      if (box) box.value = typed ?? "";
      box?.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  await act(async () => {
    root.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await new Promise((resolve) => setTimeout(resolve));
  });
}

describe("who is suspended", () => {
  it("is told until when, and why", async () => {
    until = "2026-12-01T00:00:00Z";
    await try_log_in();

    expect(text("log-in-problem")).toMatch(/^This account is suspended until (Dec 1|Nov 30)/);
    expect(text("suspension-reason")).toBe("sends links to everybody");
  });

  it("is told what kind of report led to it, in the language of the page", async () => {
    reason = "hate";
    await try_log_in();

    expect(text("suspension-reason")).toBe(en.report_reason.hate);
  });

  it("is told when it is for good", async () => {
    await try_log_in();

    expect(text("log-in-problem")).toContain(en.suspension.for_good);
  });

  it("is told so when that is what led to this page, also before more is known", async () => {
    await act(() => {
      session.value = { name: "out", because: "suspended", suspension: null };
    });
    expect(text("log-in-suspended")).toBe(en.log_in.suspended);

    await act(() => {
      session.value = { name: "out", because: "suspended", suspension: { reason: "", until: null } };
    });

    expect(text("log-in-suspended")).toBe(en.suspension.for_good + en.suspension.ask);
  });

  it("is told what the newest try says, and nothing older beside it", async () => {
    await act(() => {
      session.value = { name: "out", because: "suspended", suspension: { reason: "older", until: null } };
    });

    await try_log_in();

    expect(text("log-in-suspended")).toBeUndefined();
    expect(text("suspension-reason")).toBe("sends links to everybody");
  });
});
