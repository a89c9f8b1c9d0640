// Tests of the whole page behind the views, against a played server: frames in, state and frames out.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hold_session } from "../api/tokens";
import { example_proposal, example_room, example_message as message } from "../protocol/examples";
import { fake_server } from "../protocol/fake_server";
import type { Message, Ticket } from "../protocol/frames";
import { route } from "../routes";
import {
  last_incoming,
  leave_room,
  retract_message,
  start_chat,
  stop_chat,
  visible_room,
  write_message,
} from "./chat";
import { look_for_somebody, match } from "./match";
import { known_rooms, load_newest, load_older, log_of } from "./messages";
import { new_after } from "./new_after";
import { presences } from "./presence";
import { rooms, rooms_loaded } from "./rooms";
import { typing_rooms } from "./typing";

const wish = { max_distance_km: 10, sex: null, age_min: null, age_max: null, language: null };
const ticket: Ticket = { id: "t", since: "2026-11-24T12:00:00Z", ...wish };

let server: ReturnType<typeof fake_server>;
let asked: string[];
let history: Message[];

const flush = () => vi.advanceTimersByTimeAsync(0);
const shown = () => log_of("r").value.messages.map((one) => one.id);

function answer_http(path: string, init: RequestInit): Response {
  asked.push(`${init.method} ${path.replace("/api/v1", "")}`);
  if (path.includes("/messages")) return new Response(JSON.stringify({ messages: history, more: false }));
  if (path.includes("/match/ticket")) return new Response(JSON.stringify(ticket));
  if (path.endsWith("/rooms/s"))
    return new Response(
      JSON.stringify(
        example_room({
          id: "s",
          open: false,
          closed_by: "partner",
          partner: { id: "p", nickname: "", image: null, withdrawn: true },
        }),
      ),
    );
  if (path.endsWith("/rooms/blocked"))
    return new Response(JSON.stringify(example_room({ id: "blocked", open: false, closed_by: "me" })));
  if (/\/rooms\/\w+$/.test(path)) return new Response("{}", { status: 404 });
  return new Response(JSON.stringify({ rooms: [], next: null }));
}

beforeEach(() => {
  vi.useFakeTimers();
  server = fake_server();
  asked = [];
  history = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => answer_http(path, init));
  vi.stubGlobal(
    "WebSocket",
    // A function can be called with `new` and give back another object.
    function played(url: string, subprotocol: string) {
      return server.open(url, subprotocol);
    },
  );
  hold_session({ access_token: "token", expires_in_s: 600, member: { id: "me" } } as never);
});

afterEach(async () => {
  await stop_chat("forget_unsent");
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function start(over: Parameters<ReturnType<typeof fake_server>["sockets"][number]["ready"]>[0] = {}) {
  start_chat("me", () => {});
  await flush();
  server.newest().ready({ rooms: [example_room()], ...over });
  await flush();
}

async function reconnect(over: Parameters<ReturnType<typeof fake_server>["sockets"][number]["ready"]>[0]) {
  server.newest().drop(1006);
  await vi.advanceTimersByTimeAsync(1_000);
  server.newest().ready({ resume: "complete", ...over });
  await flush();
}

describe("the page behind the views", () => {
  it("asks for what is missing when a message shows a hole", async () => {
    history = [message(1, 0)];
    await start();
    await load_newest("r");

    server.newest().say("message", message(3, 2));
    const sync = server.newest().last("sync");
    expect(sync?.d).toEqual({ room: "r", after: 1 });
    server
      .newest()
      .say(
        "messages",
        { room: "r", after: 1, messages: [message(2, 1), message(3, 2)], complete: true },
        sync?.id,
      );
    await flush();

    expect(shown()).toEqual(["m1", "m2", "m3"]);
  });

  it("equals a fresh load after it was away", async () => {
    history = [message(1, 0)];
    await start();
    await load_newest("r");

    await reconnect({ rooms: [example_room({ last_seq: 3 })] });
    const sync = server.newest().last("sync");
    server
      .newest()
      .say(
        "messages",
        { room: "r", after: 1, messages: [message(2, 1), message(3, 2)], complete: true },
        sync?.id,
      );
    server.newest().say("message", message(2, 1));
    server.newest().say("message", message(3, 2));
    await flush();

    expect(shown()).toEqual(["m1", "m2", "m3"]);
  });

  it("loads the visible room afresh when too much was missed", async () => {
    history = [message(1, 0)];
    await start();
    await load_newest("r");
    visible_room.value = "r";
    history = [message(8, 7), message(9, 8)];

    await reconnect({ rooms: [example_room({ last_seq: 9 })], resume: "reload", reload: ["r"] });

    expect(shown()).toEqual(["m8", "m9"]);
  });

  it("sends what was written while away once, with the same id, after the reconnect", async () => {
    await start();
    await load_newest("r");
    server.newest().drop(1006);
    write_message("r", "written in the tunnel");
    expect(log_of("r").value.unsent).toHaveLength(1);

    await vi.advanceTimersByTimeAsync(1_000);
    server.newest().ready({ rooms: [example_room()], resume: "complete" });
    await flush();
    const send = server.newest().last("send");
    const cid = send?.d["cid"] as string;
    const own = message(5, 0, { id: cid, from: "me", text: "written in the tunnel", stored: false });
    server.newest().say("message", own);
    server.newest().say("sent", { ...own, cid }, send?.id);
    await flush();

    expect(shown()).toEqual([cid]);
    expect(log_of("r").value.unsent).toEqual([]);
  });

  it("sends no half letters: they would be none on the wire", async () => {
    await start();

    write_message("r", "half \ud83d and whole \ud83d\ude0a");

    expect(log_of("r").value.unsent[0]?.text).toBe("half \ufffd and whole 😊");
    expect(server.newest().last("send")?.d).toMatchObject({ text: "half \ufffd and whole 😊" });
  });

  it("knows where the new messages begin, until the member writes, leaves or comes back to others", async () => {
    await start({ rooms: [example_room({ read_seq: 3, last_seq: 5, unread: 2 })] });
    expect(new_after("r")).toBeUndefined();

    visible_room.value = "r";
    await flush();
    expect(new_after("r")).toBe(3);
    server.newest().say("message", message(6, 5));
    expect(new_after("r")).toBe(3);

    write_message("r", "hi");
    expect(new_after("r")).toBeNull();

    const look = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    server.newest().say("message", message(7, 6));
    look.mockReturnValue("visible");
    document.dispatchEvent(new Event("visibilitychange"));
    expect(new_after("r")).toBe(6);

    visible_room.value = null;
    expect(new_after("r")).toBeUndefined();
  });

  it("asks for the list of rooms again when it could not be had at first", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    await start();
    expect(rooms_loaded.value).toBe(false);

    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => answer_http(path, init));
    await reconnect({});

    expect(rooms_loaded.value).toBe(true);
  });

  it("tells the server what is read in a room that is looked at", async () => {
    await start();
    visible_room.value = "r";

    server.newest().say("message", message(1, 0));
    await vi.advanceTimersByTimeAsync(400);

    expect(server.newest().last("read")?.d).toEqual({ room: "r", seq: 1 });
    expect(rooms.value.get("r")?.unread).toBe(0);
  });

  it("counts what is unread in a room that is not looked at", async () => {
    await start();

    server.newest().say("message", message(1, 0));
    server.newest().say("message", message(1, 0));

    expect(rooms.value.get("r")?.unread).toBe(1);
  });

  it("joins the queue again by itself, once, when a restarted server has forgotten it", async () => {
    await start();
    await look_for_somebody();
    expect(match.value.name).toBe("waiting");
    asked = [];

    await reconnect({ rooms: [example_room()] });
    expect(asked).toEqual(["PUT /match/ticket"]);
    expect(match.value.name).toBe("waiting");
    await reconnect({ rooms: [example_room()] });

    expect(asked).toEqual(["PUT /match/ticket"]);
    expect(match.value).toEqual({ name: "idle", ending: "lost" });
  });

  it("opens the room of an accepted match", async () => {
    await start({ ticket });
    server.newest().say("match.proposed", example_proposal());
    expect(match.value.name).toBe("proposed");

    server.newest().say("match.ended", { proposal: "p", outcome: "accepted", room: "r2" });

    expect(route.value).toEqual({ name: "room", room: "r2" });
  });

  it("takes a room that was left on another page off the list, and keeps one the partner left", async () => {
    await start({ rooms: [example_room(), example_room({ id: "s" })] });

    server.newest().say("room.closed", { room: "r", by: "me" });
    server.newest().say("room.closed", { room: "s", by: "partner" });
    server.newest().say("room.closed", { room: "unknown", by: "me" });
    await flush();

    expect([...rooms.value.keys()]).toEqual(["s"]);
    expect(asked.filter((what) => what === "GET /rooms/unknown")).toEqual([]);
    expect(rooms.value.get("s")).toMatchObject({ open: false, closed_by: "partner" });
  });

  it("knows nothing more of a room that was left, whatever still comes", async () => {
    history = [message(1, 0)];
    await start();
    await load_newest("r");
    visible_room.value = "r";
    write_message("r", "bye");
    server.newest().say("message", message(3, 2));
    const [send, sync] = [server.newest().last("send"), server.newest().last("sync")];
    let arrive = (_: Response) => {};
    vi.stubGlobal("fetch", () => new Promise((resolve) => (arrive = resolve)));
    const older = load_older("r");
    const page = arrive;
    const left = leave_room("r");
    arrive(new Response(null, { status: 204 }));
    await left;
    visible_room.value = null;

    const place = { room: "r", seq: 4, prev: 3, sent_at: "2026-11-24T12:00:00Z", stored: true };
    server.newest().say("sent", { ...place, cid: send?.d.cid ?? "" }, send?.id);
    const missing = { room: "r", after: 1, messages: [message(2, 1)], complete: true };
    server.newest().say("messages", missing, sync?.id);
    page(answer_http("/rooms/r/messages", { method: "GET" }));
    await older;
    await reconnect({ rooms: [] });

    expect(known_rooms()).toEqual([]);
    expect(server.newest().sent.map((frame) => frame.t)).toEqual(["hello"]);
  });

  it("keeps a room that is over since its partner was blocked", async () => {
    await start({ rooms: [example_room({ id: "blocked" })] });

    server.newest().say("room.closed", { room: "blocked", by: "me" });
    expect(rooms.value.get("blocked")).toMatchObject({ open: false, closed_by: "me" });
    await flush();

    expect(rooms.value.get("blocked")).toMatchObject({ open: false, closed_by: "me" });
  });

  it("learns from the room whether the partner has withdrawn", async () => {
    await start({ rooms: [example_room({ id: "s" })] });

    server.newest().say("room.closed", { room: "s", by: "partner" });
    await flush();

    expect(rooms.value.get("s")?.partner).toMatchObject({ nickname: "", withdrawn: true });
  });
});

describe("typing", () => {
  it("ends when the partner turns away or is lost, not when they are here", async () => {
    await start({ rooms: [example_room()] });
    for (const [state, still] of [
      ["here", true],
      ["away", false],
      ["lost", false],
    ] as const) {
      server.newest().say("typing", { room: "r", member: "partner" });
      server.newest().say("presence", { room: "r", member: "partner", state });
      expect(typing_rooms.value.has("r")).toBe(still);
    }
  });
});

describe("looking at a room", () => {
  const looks = () =>
    server
      .newest()
      .sent.filter((frame) => frame.t === "look")
      .map((frame) => frame.d?.room);

  it("is told while the room is open and on a visible screen, and shows what the partner is", async () => {
    await start({ rooms: [example_room()] });
    expect(looks()).toEqual([]);

    visible_room.value = "r";
    const first = server.newest().last("look");
    server.newest().say("presence", { room: "r", member: "partner", state: "away" }, first?.id);
    await flush();
    expect(presences.value.get("r")).toBe("away");
    server.newest().say("presence", { room: "r", member: "partner", state: "here" });
    expect(presences.value.get("r")).toBe("here");

    const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    hidden.mockRestore();
    document.dispatchEvent(new Event("visibilitychange"));
    server.newest().say("room.closed", { room: "r", by: "partner" });

    expect(looks()).toEqual(["r", null, "r", null]);
  });

  it("is told once the room is known, and again after a lost connection", async () => {
    await start({ rooms: [] });
    visible_room.value = "r";
    expect(looks()).toEqual([]);
    server.newest().say("room.opened", { room: example_room() });
    expect(looks()).toEqual(["r"]);
    server.newest().say("presence", { room: "r", member: "partner", state: "here" });

    server.newest().drop(1006);
    expect(presences.value.size).toBe(0);
    await vi.advanceTimersByTimeAsync(1_000);
    server.newest().ready({ rooms: [example_room()] });
    await flush();

    expect(looks()).toEqual(["r"]);
  });
});

describe("taking back", () => {
  const own = message(2, 1, { id: "mine", from: "me", text: "oops" });
  const text_of = (id: string) => log_of("r").value.messages.find((one) => one.id === id)?.text;

  async function start_with_own(over: Parameters<typeof start>[0] = {}) {
    history = [message(1, 0), own];
    await start({ rooms: [example_room({ last_message: own, last_seq: 2 })], ...over });
    await load_newest("r");
  }

  it("leaves nothing of the text, in the room and in the list", async () => {
    await start_with_own();

    const taken_back = retract_message("r", "mine");
    const asked_for = server.newest().last("retract");
    expect(asked_for?.d).toEqual({ room: "r", id: "mine" });
    expect(text_of("mine")).toBe("oops");
    server.newest().say("ok", {}, asked_for?.id);
    await taken_back;

    expect(text_of("mine")).toBe("");
    expect(rooms.value.get("r")?.last_message).toMatchObject({ kind: "retracted", text: "" });
  });

  it("asks again while the message is only on its way to be stored", async () => {
    await start_with_own();

    const taken_back = retract_message("r", "mine");
    const first = server.newest().last("retract");
    server.newest().say("err", { code: "temporarily_unavailable", retryable: true }, first?.id);
    await vi.advanceTimersByTimeAsync(1_000);
    const second = server.newest().last("retract");
    expect(second?.id).not.toBe(first?.id);
    server.newest().say("ok", {}, second?.id);
    await taken_back;

    expect(text_of("mine")).toBe("");
  });

  it("leaves the message as it is when the server refuses", async () => {
    await start_with_own();

    const taken_back = retract_message("r", "mine");
    server
      .newest()
      .say("err", { code: "retract_too_late", retryable: false }, server.newest().last("retract")?.id);

    await expect(taken_back).rejects.toMatchObject({ code: "retract_too_late" });
    expect(text_of("mine")).toBe("oops");
  });

  it("says that the server cannot be reached when it never answers", async () => {
    await start_with_own();
    server.newest().drop(1006);

    const taken_back = expect(retract_message("r", "mine")).rejects.toMatchObject({ code: "unreachable" });
    await vi.advanceTimersByTimeAsync(5_000);

    await taken_back;
  });

  it("by the partner leaves nothing for who listens, either", async () => {
    await start_with_own();
    server.newest().say("message", message(3, 2, { text: "wrong window" }));
    expect(last_incoming.value?.text).toBe("wrong window");

    server.newest().say("retracted", { room: "r", id: "m3" });

    expect(last_incoming.value).toBeNull();
    expect(text_of("m3")).toBe("");
    expect(rooms.value.get("r")?.last_message?.text).toBe("");
  });

  it("is found out after a lost connection, for what is young enough", async () => {
    const now = Date.parse("2026-11-24T12:00:00Z");
    vi.setSystemTime(now);
    const at = (ms: number) => (now - ms) * 1_000;
    const old = message(at(3_600_000), 0, { id: "old" });
    const young = message(at(10_000), old.seq, { id: "young" });
    history = [old, young];
    const ready = { rooms: [example_room({ last_seq: young.seq })] };
    await start(ready);
    await load_newest("r");
    expect(server.newest().last("sync")).toBeUndefined();

    await reconnect(ready);
    const sync = server.newest().last("sync");
    expect(sync?.d).toEqual({ room: "r", after: old.seq });
    const taken_back: Message = { ...young, kind: "retracted", text: "" };
    server
      .newest()
      .say("messages", { room: "r", after: old.seq, messages: [taken_back], complete: true }, sync?.id);
    await flush();

    expect(text_of("young")).toBe("");
    await vi.advanceTimersByTimeAsync(600_000);
    await reconnect({ ...ready, now: new Date().toISOString() });
    expect(server.newest().last("sync")).toBeUndefined();
  });
});
