// Tests of the outbox: kept until stored, sent again with the same id, in the order of writing.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Sent } from "./frames";
import { create_outbox, frame_of, type OutboxEntry } from "./outbox";
import { memory_outbox_store } from "./outbox_store";
import { RequestFailed } from "./socket";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const flush = () => vi.advanceTimersByTimeAsync(0);
const entry = (cid: string, written_at: number, room = "r"): OutboxEntry => ({
  cid,
  room,
  text: cid,
  written_at,
});

function set_up(store = memory_outbox_store()) {
  const wire: string[] = [];
  const said_again: string[] = [];
  const tried: string[] = [];
  const refused: string[] = [];
  const places = new Map<string, number>();
  const send = vi.fn(async (one: OutboxEntry, again: boolean): Promise<Sent> => {
    wire.push(one.cid);
    if (again) said_again.push(one.cid);
    if (!places.has(one.cid)) places.set(one.cid, places.size + 1);
    const place = places.get(one.cid) ?? 0;
    return { room: one.room, cid: one.cid, seq: place, prev: place - 1, sent_at: "", stored: false };
  });
  const outbox = create_outbox({
    member: "me",
    store,
    send,
    on_tried: (cid) => tried.push(cid),
    on_sent: () => {},
    on_refused: (one, code) => refused.push(`${one.cid} ${code}`),
  });
  return { outbox, send, wire, said_again, tried, refused, store };
}

describe("the outbox", () => {
  it("keeps a message until it is stored, not only sent", async () => {
    const { outbox, store } = set_up();
    outbox.connected();
    outbox.add(entry("a", 1));
    await flush();

    expect(await store.load("me")).toHaveLength(1);
    outbox.stored(["of somebody else"]);
    expect(await store.load("me")).toHaveLength(1);
    outbox.stored(["a"]);
    expect(await store.load("me")).toEqual([]);
  });

  it("sends nothing while offline and everything in order once connected", async () => {
    const { outbox, wire } = set_up();
    outbox.add(entry("a", 1));
    outbox.add(entry("b", 2));
    outbox.add(entry("c", 3));
    await flush();
    expect(wire).toEqual([]);

    outbox.connected();
    await flush();

    expect(wire).toEqual(["a", "b", "c"]);
  });

  it("sends again with the same id when stored does not come within ten seconds", async () => {
    const { outbox, wire, said_again } = set_up();
    outbox.connected();
    outbox.add(entry("a", 1));
    await vi.advanceTimersByTimeAsync(9_900);
    expect(wire).toEqual(["a"]);
    await vi.advanceTimersByTimeAsync(200);

    expect(wire).toEqual(["a", "a"]);
    expect(said_again).toEqual(["a"]);
  });

  it("stops sending once the message was seen as stored", async () => {
    const { outbox, wire } = set_up();
    outbox.connected();
    outbox.add(entry("a", 1));
    await flush();

    outbox.seen({ id: "a", seq: 1, stored: true });
    await vi.advanceTimersByTimeAsync(60_000);

    expect(wire).toEqual(["a"]);
    expect(outbox.size()).toBe(0);
  });

  it("sends what is not stored again after a reconnect", async () => {
    const { outbox, wire } = set_up();
    outbox.connected();
    outbox.add(entry("a", 1));
    await flush();

    outbox.disconnected();
    outbox.connected();
    await flush();

    expect(wire).toEqual(["a", "a"]);
  });

  it("survives a reload and belongs to its member", async () => {
    const first = set_up();
    first.outbox.add(entry("a", 1));
    await first.store.put("somebody else", entry("x", 1));

    const second = set_up(first.store);
    second.outbox.connected();
    const restored = await second.outbox.restore();
    await flush();

    expect(restored.map((one) => one.cid)).toEqual(["a"]);
    expect(second.wire).toEqual(["a"]);
    expect(second.said_again).toEqual(["a"]);
  });

  it("waits as long as the server says, and does not let a later message pass", async () => {
    const { outbox, send, wire } = set_up();
    send.mockRejectedValueOnce(new RequestFailed("too_many_requests", true, 1_200));
    outbox.connected();
    outbox.add(entry("a", 1));
    outbox.add(entry("b", 2));
    await vi.advanceTimersByTimeAsync(1_100);
    expect(wire).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);

    expect(wire).toEqual(["a", "b"]);
  });

  it("gives up only what the server will never take", async () => {
    const { outbox, send, refused, wire } = set_up();
    send.mockRejectedValueOnce(new RequestFailed("room_closed", false, null));
    outbox.connected();
    outbox.add(entry("a", 1));
    outbox.add(entry("b", 2));
    await flush();

    expect(refused).toEqual(["a room_closed"]);
    expect(wire).toEqual(["b"]);
  });

  it("does not let one room hold up another", async () => {
    const { outbox, send, wire } = set_up();
    send.mockRejectedValueOnce(new RequestFailed("busy", true, 30_000));
    outbox.connected();
    outbox.add(entry("a", 1, "slow"));
    outbox.add(entry("b", 2, "other"));
    await flush();

    expect(wire).toEqual(["b"]);
  });

  it("says a picture by its token, also after a reload", async () => {
    const image = { token: "header.claims.signature", id: "i", width: 4, height: 3 };
    const first = set_up();
    first.outbox.add({ ...entry("a", 1), text: "", image });

    const second = set_up(first.store);
    const [restored] = await second.outbox.restore();

    expect(restored && frame_of(restored, true)).toEqual({
      room: "r",
      cid: "a",
      image: "header.claims.signature",
      again: true,
    });
    expect(frame_of(entry("b", 2), false)).toEqual({ room: "r", cid: "b", text: "b" });
  });

  it("does not call the first try what was tried before", async () => {
    const { outbox, said_again } = set_up();
    outbox.connected();
    outbox.add(entry("a", 1), true);
    await flush();

    expect(said_again).toEqual(["a"]);
  });

  it("gives up what was never tried, also in its store, and nothing else", async () => {
    const { outbox, send, wire, tried, store } = set_up();
    outbox.add(entry("a", 1));
    outbox.add(entry("b", 2));
    expect(outbox.give_up("a")).toBe(true);
    expect((await store.load("me")).map((one) => one.cid)).toEqual(["b"]);
    expect(tried).toEqual([]);

    send.mockRejectedValueOnce(new RequestFailed("connection_lost", true, null));
    outbox.connected();
    expect(tried).toEqual(["b"]);
    outbox.disconnected();
    expect(outbox.give_up("b")).toBe(false);
    outbox.connected();
    await flush();

    expect(wire).toEqual(["b"]);
    expect(outbox.give_up("unknown")).toBe(true);
  });

  it("does not give up what an earlier page may have tried", async () => {
    const first = set_up();
    first.outbox.add(entry("a", 1));
    const second = set_up(first.store);
    await second.outbox.restore();

    expect(second.tried).toEqual(["a"]);
    expect(second.outbox.give_up("a")).toBe(false);
    expect(await second.store.load("me")).toHaveLength(1);
  });

  it("gives up what was not tried in a room that is left", async () => {
    const { outbox, send, wire } = set_up();
    send.mockRejectedValueOnce(new RequestFailed("busy", true, 1_000));
    outbox.connected();
    outbox.add(entry("a", 1));
    outbox.add(entry("b", 2));
    outbox.disconnected();
    outbox.add(entry("c", 3, "other"));

    outbox.give_up_room("r");
    outbox.connected();
    await flush();

    expect(wire.sort()).toEqual(["a", "c"]);
  });

  it("forgets everything when the member logs out", async () => {
    const { outbox, store } = set_up();
    outbox.add(entry("a", 1));

    await outbox.forget_all();

    expect(await store.load("me")).toEqual([]);
  });
});
