// Tests of what is asked while waiting, when, and for how long an answer holds.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Outlook } from "../api/match";
import { hold_session } from "../api/tokens";
import type { Ticket } from "../protocol/frames";
import { clear_outlook, is_about, is_fresh, outlook, watch_outlook } from "./outlook";
import { first_wish } from "./wish";

const ticket: Ticket = { id: "t", since: "2026-11-24T12:00:00Z", ...first_wish };
const wider: Ticket = { ...ticket, max_distance_km: 25 };
const facts: Outlook = { in_reach_at_least: 20, wait_s: 40, narrowest: "distance" };
const other_facts: Outlook = { in_reach_at_least: 200, wait_s: null, narrowest: null };

/** The questions that were asked, each to be answered by the test. */
let asked: ((body: unknown, status?: number) => Promise<void>)[];
let stop: () => void;

const flush = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  vi.stubGlobal("fetch", (path: string) => {
    expect(path).toBe("/api/v1/match/ticket");
    return new Promise((resolve) => {
      asked.push(async (body, status = 200) => {
        resolve(new Response(JSON.stringify(body), { status }));
        await flush();
      });
    });
  });
  hold_session({ access_token: "token", expires_in_s: 600, member: { id: "me" } } as never);
  stop = () => {};
});

afterEach(async () => {
  stop();
  clear_outlook();
  // A question without an answer would keep the next test from asking.
  for (const answer of asked) await answer({});
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function answer(at: number, outlook: Outlook | undefined, status?: number) {
  await asked[at]?.({ ...ticket, outlook }, status);
}

function show_page(state: "visible" | "hidden") {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  document.dispatchEvent(new Event("visibilitychange"));
}

describe("the outlook", () => {
  it("is asked for at once, and again some seconds after each answer", async () => {
    stop = watch_outlook(ticket);
    expect(asked).toHaveLength(1);
    await answer(0, facts);
    expect(outlook.value).toMatchObject({ facts, ticket: "t" });
    await vi.advanceTimersByTimeAsync(14_999);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(2);
    await answer(1, other_facts);

    expect(outlook.value).toMatchObject({ facts: other_facts });
  });

  it("is one question at a time, however slow the answer", async () => {
    stop = watch_outlook(ticket);
    await vi.advanceTimersByTimeAsync(14_000);
    show_page("visible");
    stop();
    stop = watch_outlook(wider);
    expect(asked).toHaveLength(1);
    await answer(0, facts);

    expect(asked).toHaveLength(2);
    expect(outlook.value).toBeNull();
    await answer(1, other_facts);
    expect(outlook.value).toMatchObject({ facts: other_facts });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(asked).toHaveLength(3);
  });

  it("is not asked for any more once nobody waits", async () => {
    watch_outlook(ticket)();
    await answer(0, facts);
    watch_outlook(ticket)();
    await answer(1, facts);
    await vi.advanceTimersByTimeAsync(60_000);

    expect(asked).toHaveLength(2);
    expect(outlook.value).toBeNull();
  });

  it("is asked for only while the page is visible", async () => {
    stop = watch_outlook(ticket);
    await answer(0, facts);
    show_page("hidden");
    await vi.advanceTimersByTimeAsync(120_000);
    expect(asked).toHaveLength(1);
    show_page("visible");

    expect(asked).toHaveLength(2);
  });

  it("stays for a minute when nothing newer can be learned", async () => {
    stop = watch_outlook(ticket);
    await answer(0, facts);
    const known = outlook.value;
    await vi.advanceTimersByTimeAsync(15_000);
    await answer(1, undefined, 503);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(asked).toHaveLength(3);

    expect(outlook.value).toEqual(known);
    expect(known && is_fresh(known, Date.now())).toBe(true);
    expect(known && is_fresh(known, known.at_ms + 60_000)).toBe(false);
  });

  it("of the wish before stays only until the first answer for the new one", async () => {
    stop = watch_outlook(ticket);
    await answer(0, facts);
    stop();
    stop = watch_outlook(wider);
    expect(outlook.value && is_about(outlook.value, ticket)).toBe(true);
    expect(outlook.value && is_about(outlook.value, wider)).toBe(false);
    await answer(1, undefined, 503);

    expect(outlook.value).toBeNull();
  });

  it("of another search is forgotten at once", async () => {
    stop = watch_outlook(ticket);
    await answer(0, facts);
    stop();
    stop = watch_outlook({ ...ticket, id: "another" });

    expect(outlook.value).toBeNull();
  });

  it("is nothing with a server that does not say", async () => {
    stop = watch_outlook(ticket);
    await answer(0, undefined);

    expect(outlook.value).toBeNull();
  });
});
