// Tests of the whole page behind the views on networks that lose, repeat and reorder, and on devices whose clock is
// wrong, against a played server.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import examples from "../../../tests/fixtures/protocol/frames.json";
import { hold_session } from "../api/tokens";
import { example_proposal, example_room, example_message as message } from "../protocol/examples";
import { type FakeSocket, fake_server } from "../protocol/fake_server";
import type { Message, Room } from "../protocol/frames";
import { last_incoming, start_chat, stop_chat, visible_room, write_message } from "./chat";
import { match } from "./match";
import { load_newest, log_of } from "./messages";
import { decided_report } from "./reports";
import { rooms } from "./rooms";
import { server_now } from "./server_clock";

const NOON = Date.parse("2026-11-24T12:00:00Z");
const HOUR_MS = 3_600_000;

let server: ReturnType<typeof fake_server>;
let history: Record<string, Message[]>;
let at_server: Room[];
let asked: { what: string; token: string }[];
/** Gives the session that a refresh asks for. */
let refresh: () => Promise<Response>;

const flush = () => vi.advanceTimersByTimeAsync(0);
const shown = (room = "r") => log_of(room).value.messages.map((one) => one.id);
const unsent = () => log_of("r").value.unsent.map((one) => one.cid);
const all = <T extends FakeSocket["sent"][number]["t"]>(t: T) =>
  server.newest().sent.filter((frame) => frame.t === t);
const asked_for = (what: string) => asked.filter((one) => one.what === what);
const session = (token: string, expires_in_s: number) => ({
  access_token: token,
  expires_in_s,
  member: { id: "me" },
});
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

async function answer_http(path: string, init: RequestInit): Promise<Response> {
  const what = `${init.method} ${path.replace("/api/v1", "")}`;
  const token = (init.headers as Record<string, string>)["Authorization"] ?? "";
  asked.push({ what, token });
  if (path.endsWith("/auth/refresh")) return refresh();
  const room = /\/rooms\/([^/]+)\/messages/.exec(path)?.[1];
  if (room) return json({ messages: history[room] ?? [], more: false });
  const found = at_server.find((one) => path.endsWith(`/rooms/${one.id}`));
  if (found) return json(found);
  return json({ rooms: [], next: null });
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  server = fake_server();
  [asked, history, at_server] = [[], {}, []];
  vi.stubGlobal("fetch", answer_http);
  vi.stubGlobal("WebSocket", function played(url: string, subprotocol: string) {
    return server.open(url, subprotocol);
  });
  refresh = async () => json(session("another", 600));
  hold_session(session("token", 600) as never);
});

afterEach(async () => {
  await stop_chat("forget_unsent");
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

type Over = Parameters<FakeSocket["ready"]>[0];

async function start(over: Over = {}) {
  start_chat("me", () => {});
  await flush();
  server.newest().ready({ rooms: [example_room()], ...over });
  await flush();
}

async function come_back(over: Over) {
  await vi.advanceTimersByTimeAsync(1_000);
  server.newest().ready({ resume: "complete", ...over });
}

async function answer_send(seq: number, stored = false) {
  const send = server.newest().last("send");
  const place = { room: "r", seq, prev: seq - 1, sent_at: "2026-11-24T12:00:00Z", stored };
  server.newest().say("sent", { ...place, cid: send?.d.cid ?? "" }, send?.id);
  await flush();
}

describe("a connection that is lost in the middle of sending", () => {
  it("loses nothing, repeats nothing and keeps the order", async () => {
    await start();
    await load_newest("r");
    for (const text of ["one", "two", "three"]) write_message("r", text);
    const [one, two, three] = unsent();
    await flush();
    await answer_send(1);
    expect(all("send").map((frame) => frame.d)).toMatchObject([{ cid: one }, { cid: two }]);

    // The server has the second one, too; its answer never came.
    server.newest().drop(1006);
    await come_back({ rooms: [example_room({ last_seq: 2 })] });
    server.newest().say("message", message(2, 1, { id: two ?? "", from: "me", text: "two", stored: false }));
    await flush();
    expect(all("send").map((frame) => frame.d)).toEqual([{ room: "r", cid: one, text: "one", again: true }]);
    await answer_send(1, true);
    expect(all("send").at(-1)?.d).toEqual({ room: "r", cid: three, text: "three" });
    await answer_send(3);

    expect(shown()).toEqual([one, two, three]);
    expect(unsent()).toEqual([]);
    server.newest().say("stored", { room: "r", ids: [two ?? "", three ?? ""] });
    server.newest().drop(1006);
    await come_back({ rooms: [example_room({ last_seq: 3 })] });
    await flush();
    expect(all("send")).toEqual([]);
    expect(shown()).toEqual([one, two, three]);
  });

  it("shows what was written meanwhile at once, and sends it when it is back", async () => {
    await start();
    await load_newest("r");
    server.newest().drop(1006);
    write_message("r", "meanwhile");
    const [cid] = unsent();
    expect(cid).toBeDefined();

    await come_back({ rooms: [example_room()] });
    await flush();

    expect(all("send").map((frame) => frame.d)).toEqual([{ room: "r", cid, text: "meanwhile" }]);
  });
});

describe("what was missed while the connection was lost", () => {
  it("is shown from what follows, and nothing else is fetched, when the resume is complete", async () => {
    history = { r: [message(1, 0)] };
    await start({ rooms: [example_room({ last_seq: 1 })] });
    await load_newest("r");
    server.newest().drop(1006);
    asked = [];
    await come_back({ rooms: [example_room({ last_seq: 1 })] });
    expect(server.newest().last("hello")?.d.resume).toEqual({ since: 1 });

    server.newest().say("message", message(2, 1));
    server.newest().say("message", message(3, 2));
    await flush();

    expect(shown()).toEqual(["m1", "m2", "m3"]);
    expect(rooms.value.get("r")?.unread).toBe(2);
    expect(all("sync")).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("is loaded afresh in the rooms that are named, and only there, when it was too much", async () => {
    history = { r: [message(1, 0)], s: [message(1, 0, { room: "s" })] };
    await start({ rooms: [example_room({ last_seq: 1 }), example_room({ id: "s", last_seq: 1 })] });
    await load_newest("r");
    await load_newest("s");
    visible_room.value = "s";
    server.newest().drop(1006);
    asked = [];
    history["s"] = [message(900, 899, { room: "s" })];

    const both = [example_room({ last_seq: 1 }), example_room({ id: "s", last_seq: 900 })];
    await come_back({ rooms: both, resume: "reload", reload: ["s"] });
    await flush();

    expect(shown("s")).toEqual(["m900"]);
    expect(shown("r")).toEqual(["m1"]);
    expect(asked.map((one) => one.what)).toEqual(["GET /rooms/s/messages?limit=50"]);
  });
});

describe("frames that come twice or in another order", () => {
  it("show and count the same message once", async () => {
    history = { r: [message(1, 0)] };
    await start({ rooms: [example_room({ last_seq: 1 })] });
    await load_newest("r");

    server.newest().say("message", message(2, 1, { stored: false }));
    server.newest().say("message", message(2, 1));
    last_incoming.value = null;
    server.newest().say("message", message(2, 1));

    expect(shown()).toEqual(["m1", "m2"]);
    expect(rooms.value.get("r")?.unread).toBe(1);
    expect(last_incoming.value).toBeNull();
  });

  it("are put in order by their places, and what is missing is asked for once", async () => {
    history = { r: [message(1, 0)] };
    await start({ rooms: [example_room({ last_seq: 1 })] });
    await load_newest("r");

    server.newest().say("message", message(4, 3));
    server.newest().say("message", message(3, 2));
    expect(shown()).toEqual(["m1", "m3", "m4"]);
    expect(all("sync").map((frame) => frame.d)).toEqual([{ room: "r", after: 1 }]);
    const messages = [message(2, 1), message(3, 2), message(4, 3)];
    const d = { room: "r", after: 1, messages, complete: true };
    server.newest().say("messages", d, server.newest().last("sync")?.id);
    await flush();

    expect(shown()).toEqual(["m1", "m2", "m3", "m4"]);
    expect(all("sync")).toHaveLength(1);
    expect(rooms.value.get("r")?.last_message?.id).toBe("m4");
  });

  it("show a message once whose answer comes after the message itself", async () => {
    await start();
    await load_newest("r");
    write_message("r", "mine");
    const [cid = ""] = unsent();
    await flush();

    server.newest().say("message", message(1, 0, { id: cid, from: "me", text: "mine", stored: false }));
    expect([shown(), unsent()]).toEqual([[cid], []]);
    server.newest().say("stored", { room: "r", ids: [cid] });
    await answer_send(1);
    await vi.advanceTimersByTimeAsync(11_000);

    expect(log_of("r").value.messages).toMatchObject([{ id: cid, text: "mine", stored: true }]);
    expect(unsent()).toEqual([]);
    expect(all("send")).toHaveLength(1);
  });
});

describe.each([
  ["ahead", HOUR_MS],
  ["behind", -HOUR_MS],
])("a server whose clock is an hour %s", (_, ahead_ms) => {
  const at_server = (after_ms: number) => new Date(NOON + ahead_ms + after_ms).toISOString();
  const clock = { now: at_server(0), token_expires_at: at_server(600_000) };

  it("is believed what time it is", async () => {
    await start(clock);
    await vi.advanceTimersByTimeAsync(5_000);

    expect(server_now()).toBe(NOON + ahead_ms + 5_000);
  });

  it("gives as long for an answer as it says, by this clock", async () => {
    await start(clock);
    server.newest().say("match.proposed", example_proposal({ expires_at: at_server(30_000) }));

    expect(match.value).toMatchObject({ name: "proposed", deadline_ms: NOON + 30_000 });
  });

  it("gets a new token a minute before the end of the old one", async () => {
    await start(clock);
    const beat = async (times: number) => {
      for (let beats = 0; beats < times; beats += 1) {
        await vi.advanceTimersByTimeAsync(20_000);
        server.newest().say("ping", {});
      }
    };
    await beat(26);
    expect(all("auth")).toEqual([]);
    await beat(1);

    expect(all("auth").map((frame) => frame.d)).toEqual([{ token: "another" }]);
  });

  it("is asked again for what is young enough by its own clock to have been taken back", async () => {
    const at = (before_ms: number) => (NOON + ahead_ms - before_ms) * 1_000;
    const old = message(at(30 * 60_000), 0, { id: "old" });
    const young = message(at(10_000), old.seq, { id: "young" });
    history = { r: [old, young] };
    const in_room = { ...clock, rooms: [example_room({ last_seq: young.seq })] };
    await start(in_room);
    await load_newest("r");
    server.newest().drop(1006);

    await come_back(in_room);

    expect(all("sync").map((frame) => frame.d)).toEqual([{ room: "r", after: old.seq }]);
  });
});

describe("a token that has ended", () => {
  it("is renewed once, for requests and for the socket", async () => {
    hold_session(session("old", 1) as never);
    let renew = (_: Response) => {};
    refresh = () => new Promise((resolve) => (renew = resolve));
    start_chat("me", () => {});
    const page = load_newest("r");
    await flush();
    expect(asked.map((one) => one.what)).toEqual(["POST /auth/refresh"]);

    renew(json(session("fresh", 600)));
    await page;
    await flush();
    server.newest().accept();

    expect(asked_for("POST /auth/refresh")).toHaveLength(1);
    expect(asked.slice(1).map((one) => one.token)).toEqual(["Bearer fresh", "Bearer fresh"]);
    expect(server.newest().last("hello")?.d.token).toBe("fresh");
  });

  it("is renewed once when a request is refused just while the socket gets another", async () => {
    await start({
      now: new Date(NOON).toISOString(),
      token_expires_at: new Date(NOON + 2_000).toISOString(),
    });
    let renew = (_: Response) => {};
    refresh = () => new Promise((resolve) => (renew = resolve));
    await vi.advanceTimersByTimeAsync(1_000);
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      const answer = await answer_http(path, init);
      const is_old = asked.at(-1)?.token === "Bearer token" && !path.endsWith("/refresh");
      return is_old ? json({ code: "unauthenticated" }, 401) : answer;
    });
    const page = load_newest("r");
    await flush();
    renew(json(session("fresh", 600)));
    await page;
    await flush();

    expect(asked_for("POST /auth/refresh")).toHaveLength(1);
    expect(asked_for("GET /rooms/r/messages?limit=50").map((one) => one.token)).toEqual([
      "Bearer token",
      "Bearer fresh",
    ]);
    expect(all("auth").map((frame) => frame.d)).toEqual([{ token: "fresh" }]);
  });
});

it("takes every recorded frame, also twice", async () => {
  start_chat("me", () => {});
  await flush();
  server.newest().accept();
  const [ready] = examples.answers;
  at_server = (ready?.d.rooms ?? []) as Room[];
  const room = at_server[0]?.id ?? "";
  server.newest().say_text(JSON.stringify({ ...ready, id: server.newest().last("hello")?.id }));
  await flush();
  await load_newest(room);
  for (const push of [...examples.pushes, ...examples.pushes]) {
    server.newest().say_text(JSON.stringify(push));
    await flush();
  }

  // What was said first is taken back later; the partner has left.
  expect(log_of(room).value.messages).toMatchObject([{ kind: "retracted", text: "" }]);
  expect(log_of(room).value.messages[0]).not.toHaveProperty("image");
  expect(decided_report.value).toMatchObject({ state: "acted" });
  expect(match.value).toMatchObject({ name: "idle" });
  expect(server.newest().last("pong")?.d).toEqual({ since: 1795521600000002 });
});
