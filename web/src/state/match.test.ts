// Tests of what is asked of the server, and of which wish holds, against a played server.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hold_session } from "../api/tokens";
import { example_proposal } from "../protocol/examples";
import { fake_server } from "../protocol/fake_server";
import type { Ready, RefusedRequest, Ticket, Wish } from "../protocol/frames";
import { start_chat, stop_chat } from "./chat";
import { read_kept } from "./kept";
import {
  answer,
  asking,
  choose_wish,
  drop_condition,
  look_for_somebody,
  match,
  match_problem,
  widen,
  wish,
} from "./match";
import { first_wish, wish_from } from "./wish";

const picky: Wish = { max_distance_km: 25, sex: "female", age_min: 25, age_max: 34, language: "ko" };
const ticket_of = (wanted: Wish): Ticket => ({ id: "t", since: "2026-11-24T12:00:00Z", ...wanted });
const proposal = example_proposal();

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const flush = () => vi.advanceTimersByTimeAsync(0);

let server: ReturnType<typeof fake_server>;
/** What the server was asked to look for. */
let wanted: Wish[];
let put_ticket: () => Response | Promise<Response>;

function answer_http(path: string, init: RequestInit): Response | Promise<Response> {
  if (path.endsWith("/match/ticket") && init.method === "PUT") {
    wanted.push(JSON.parse(String(init.body)));
    return put_ticket();
  }
  if (path.endsWith("/match/ticket")) return json(ticket_of(wanted.at(-1) ?? first_wish));
  if (path.endsWith("/answer")) return json({ state: "declined" });
  return json({ rooms: [], next: null });
}

beforeEach(async () => {
  vi.useFakeTimers();
  server = fake_server();
  wanted = [];
  put_ticket = () => json(ticket_of(wanted.at(-1) ?? first_wish));
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => answer_http(path, init));
  vi.stubGlobal("WebSocket", function played(url: string, subprotocol: string) {
    return server.open(url, subprotocol);
  });
  hold_session({ access_token: "token", expires_in_s: 600, member: { id: "me" } } as never);
  choose_wish(first_wish);
  start_chat("me", () => {});
  await flush();
});

afterEach(async () => {
  await stop_chat("forget_unsent");
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function ready(over: Partial<Ready> = {}) {
  server.newest().ready(over);
  await flush();
}

async function reconnect(over: Partial<Ready> = {}) {
  server.newest().drop(1006);
  await vi.advanceTimersByTimeAsync(1_000);
  await ready({ resume: "complete", ...over });
}

const kept = () => wish_from(read_kept("wish"));

describe("looking for somebody", () => {
  it("asks for everything that was chosen, and keeps it in this browser", async () => {
    await ready();
    choose_wish(picky);
    await look_for_somebody();

    expect(wanted).toEqual([picky]);
    expect(match.value).toMatchObject({ name: "waiting", ticket: picky });
    expect(kept()).toEqual(picky);
  });

  it("asks again with the other conditions when one is dropped while waiting", async () => {
    await ready();
    choose_wish(picky);
    await look_for_somebody();
    await drop_condition("age");

    const rest = { ...picky, age_min: null, age_max: null };
    expect(wanted).toEqual([picky, rest]);
    expect(match.value).toMatchObject({ name: "waiting", ticket: rest });
    expect(wish.value).toEqual(rest);
    expect(kept()).toEqual(rest);
  });

  it("asks nothing when one is dropped before the search", async () => {
    await ready();
    choose_wish(picky);
    await drop_condition("sex");

    expect(wanted).toEqual([]);
    expect(wish.value).toEqual({ ...picky, sex: null });
  });

  it("lets no second question overtake the first", async () => {
    let let_go = () => {};
    await ready();
    choose_wish(picky);
    await look_for_somebody();
    put_ticket = () =>
      new Promise((resolve) => {
        let_go = () => resolve(json(ticket_of(wanted.at(-1) ?? first_wish)));
      });

    const first = drop_condition("age");
    await flush();
    await drop_condition("sex");
    expect(asking.value).toBe(true);
    expect(wanted).toHaveLength(2);

    let_go();
    await first;
    expect(asking.value).toBe(false);
    expect(match.value).toMatchObject({ ticket: { sex: "female", age_min: null, language: "ko" } });
  });

  it("goes on waiting with what it had when the server refuses a change", async () => {
    await ready();
    choose_wish(picky);
    await look_for_somebody();
    put_ticket = () => json({ code: "too_many_requests", retry_after_ms: 2_000 }, 429);
    await drop_condition("sex");

    expect(match.value).toMatchObject({ name: "waiting", ticket: picky });
    expect(match_problem.value?.code).toBe("too_many_requests");
    expect(wish.value).toEqual(picky);
    expect(asking.value).toBe(false);
  });

  it("says which condition was refused until it is chosen anew", async () => {
    await ready();
    choose_wish({ ...picky, language: "xx" });
    put_ticket = () =>
      json({ code: "invalid_request", fields: [{ field: "language", code: "format" }] }, 400);
    await look_for_somebody();

    expect(match.value.name).toBe("idle");
    expect(match_problem.value?.fields).toMatchObject([{ field: "language" }]);

    choose_wish(picky);
    expect(match_problem.value).toBeNull();
  });

  it("goes by all of the ticket that the server knows after a reload", async () => {
    await ready({ ticket: ticket_of(picky) });

    expect(match.value).toMatchObject({ name: "waiting", ticket: picky });
    expect(wish.value).toEqual(picky);
    expect(kept()).toEqual(picky);
    expect(wanted).toEqual([]);
  });

  it("goes by what another page has asked for", async () => {
    await ready();
    choose_wish(picky);
    await look_for_somebody();
    server.newest().say("match.waiting", { ticket: ticket_of({ ...picky, sex: null }) });

    expect(wish.value).toEqual({ ...picky, sex: null });
  });

  it("joins again with all conditions when the server has lost the ticket", async () => {
    await ready();
    choose_wish(picky);
    await look_for_somebody();
    await reconnect();

    expect(wanted).toEqual([picky, picky]);
    expect(match.value).toMatchObject({ name: "waiting", ticket: picky });
  });

  it("asks for the next distance, and with the last for anywhere, while waiting", async () => {
    await ready();
    choose_wish(picky);
    await look_for_somebody();
    await widen("distance");
    await widen("distance");
    await widen("distance");

    expect(wanted.map((one) => one.max_distance_km)).toEqual([25, 50, 100, null]);
    expect(match.value).toMatchObject({ ticket: { ...picky, max_distance_km: null } });
  });

  it.each([
    ["sex", { sex: null }],
    ["age", { age_min: null, age_max: null }],
    ["language", { language: null }],
  ] as const)("gives up the %s alone with one tap", async (by, rest) => {
    await ready();
    choose_wish(picky);
    await look_for_somebody();
    await widen(by);

    expect(wanted).toEqual([picky, { ...picky, ...rest }]);
  });

  it("says after a pass that one goes on waiting", async () => {
    await ready();
    choose_wish(picky);
    await look_for_somebody();
    server.newest().say("match.proposed", proposal);
    await answer("decline");
    server.newest().say("match.ended", { proposal: "p", outcome: "declined" });
    server.newest().say("match.waiting", { ticket: ticket_of(picky) });
    await flush();

    expect(match.value).toMatchObject({ name: "waiting", ticket: picky, notice: "passed" });
  });
});

it("keeps a proposal when a push that says it waits comes late", async () => {
  await ready({ ticket: ticket_of(picky) });
  server.newest().say("match.proposed", proposal);
  server.newest().say("match.waiting", { ticket: ticket_of(picky) });
  expect(match.value).toMatchObject({ name: "proposed", proposal: { id: "p" } });

  server.newest().say("match.ended", { proposal: "p", outcome: "not_matched" });
  server.newest().say("match.waiting", { ticket: ticket_of(picky), notice: "partner_gone" });
  expect(match.value).toMatchObject({ name: "waiting", notice: "partner_gone" });
});

it("does not show again a proposal that has ended when a push about it comes late", async () => {
  await ready({ ticket: ticket_of(picky) });
  server.newest().say("match.proposed", proposal);
  server.newest().say("match.ended", { proposal: "p", outcome: "accepted", room: "r" });
  server.newest().say("match.proposed", { ...proposal, answered: "accept" });
  expect(match.value).toMatchObject({ name: "idle" });

  server.newest().say("match.proposed", { ...proposal, id: "next" });
  expect(match.value).toMatchObject({ name: "proposed", proposal: { id: "next" } });
});

describe("saying that a proposal is seen", () => {
  const sent_seen = () =>
    server
      .newest()
      .sent.filter((frame) => frame.t === "seen")
      .map((frame) => frame.d);
  const refuse = (over: Omit<RefusedRequest, "code">) =>
    server
      .newest()
      .say("err", { code: "temporarily_unavailable", ...over }, server.newest().last("seen")?.id);

  it("says so at once, each time it is shown", async () => {
    await ready({ ticket: ticket_of(picky) });
    server.newest().say("match.proposed", proposal);
    server.newest().say("match.proposed", proposal);

    expect(match.value).toMatchObject({ name: "proposed" });
    expect(sent_seen()).toEqual([{ proposal: "p" }, { proposal: "p" }]);
  });

  it("says so on a page that is hidden, too", async () => {
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    await ready({ ticket: ticket_of(picky) });
    server.newest().say("match.proposed", proposal);
    vi.restoreAllMocks();

    expect(sent_seen()).toEqual([{ proposal: "p" }]);
  });

  it("says so for a proposal that was there before the page", async () => {
    await ready({ ticket: ticket_of(picky), proposal });
    expect(sent_seen()).toEqual([{ proposal: "p" }]);
    await reconnect({ ticket: ticket_of(picky), proposal });

    expect(sent_seen()).toEqual([{ proposal: "p" }]);
  });

  it("says that it is there after a miss, and goes on waiting", async () => {
    await ready({ ticket: ticket_of(picky) });
    server.newest().say("match.ended", { proposal: "p", outcome: "missed" });
    expect(sent_seen()).toEqual([{ proposal: "p" }]);
    server.newest().say("match.waiting", { ticket: ticket_of(picky) });

    expect(match.value).toMatchObject({ name: "waiting", ticket: picky, notice: "missed" });
  });

  it("keeps the proposal it shows when an older one was missed", async () => {
    await ready({ ticket: ticket_of(picky) });
    server.newest().say("match.proposed", proposal);
    server.newest().say("match.ended", { proposal: "older", outcome: "missed" });

    expect(sent_seen()).toEqual([{ proposal: "p" }, { proposal: "older" }]);
    expect(match.value).toMatchObject({ name: "proposed", proposal: { id: "p" } });
  });

  it("says so again, a few times, when the server cannot take it for the moment", async () => {
    await ready({ ticket: ticket_of(picky) });
    server.newest().say("match.proposed", proposal);
    for (const tries of [1, 2, 3, 4, 5]) {
      expect(sent_seen()).toHaveLength(tries);
      refuse({ retryable: true, retry_after_ms: 700 });
      await vi.advanceTimersByTimeAsync(699);
      expect(sent_seen()).toHaveLength(tries);
      await vi.advanceTimersByTimeAsync(1);
    }

    expect(sent_seen()).toHaveLength(5);
  });

  it("takes a refusal for good", async () => {
    await ready({ ticket: ticket_of(picky) });
    server.newest().say("match.proposed", proposal);
    refuse({ retryable: false });
    await vi.advanceTimersByTimeAsync(5_000);

    expect(sent_seen()).toHaveLength(1);
  });
});

describe("a pause after several passes", () => {
  it("is counted from when it was told, and over when the server looks on", async () => {
    await ready({ ticket: ticket_of(picky) });
    const paused = { ...ticket_of(picky), paused_ms: 15_000 };
    server.newest().say("match.waiting", { ticket: paused, notice: "paused" });
    expect(match.value).toMatchObject({ notice: "paused", paused_until_ms: Date.now() + 15_000 });
    server.newest().say("match.waiting", { ticket: ticket_of(picky) });

    expect(match.value).toMatchObject({ notice: null, paused_until_ms: null });
  });

  it("goes on with other conditions when the server says so", async () => {
    await ready({ ticket: { ...ticket_of(picky), paused_ms: 60_000 } });
    await vi.advanceTimersByTimeAsync(20_000);
    put_ticket = () => json({ ...ticket_of(wanted.at(-1) ?? first_wish), paused_ms: 40_000 });
    await drop_condition("sex");

    expect(wanted).toEqual([{ ...picky, sex: null }]);
    expect(match.value).toMatchObject({
      ticket: { sex: null },
      notice: "paused",
      paused_until_ms: Date.now() + 40_000,
    });
  });
});
