// Tests of the room's log: one bubble per id, one order, holes, stored.
import { describe, expect, it } from "vitest";
import { example_message } from "../protocol/examples";
import type { Message } from "../protocol/frames";
import { apply, empty_log, last_seq, type RoomEvent, type RoomLog } from "./room_log";

/** Placed, and not stored yet. */
const message = (seq: number, prev: number, over: Partial<Message> = {}) =>
  example_message(seq, prev, { stored: false, ...over });

function log_after(...events: RoomEvent[]): RoomLog {
  return events.reduce(apply, empty_log);
}

const ids = (log: RoomLog) => log.messages.map((one) => one.id);
const loaded = (...messages: Message[]): RoomEvent => ({ type: "loaded_newest", messages, more: false });
const received = (one: Message): RoomEvent => ({ type: "received", message: one });
const entry = (cid: string, written_at = 1) => ({ cid, room: "r", text: `own ${cid}`, written_at });

describe("the room's log", () => {
  it("shows one bubble per id however often a message comes", () => {
    const log = log_after(
      loaded(message(1, 0)),
      received(message(2, 1)),
      received(message(2, 1)),
      received(message(1, 0)),
    );

    expect(ids(log)).toEqual(["m1", "m2"]);
  });

  it("orders by place, not by arrival", () => {
    const log = log_after(
      loaded(),
      received(message(3, 2)),
      received(message(1, 0)),
      received(message(2, 1)),
    );

    expect(ids(log)).toEqual(["m1", "m2", "m3"]);
  });

  it("moves a message that got another place after the first was forgotten", () => {
    const log = log_after(
      loaded(message(5, 0, { id: "a" }), message(6, 5)),
      received(message(9, 6, { id: "a" })),
    );

    expect(ids(log)).toEqual(["m6", "a"]);
    expect(last_seq(log)).toBe(9);
  });

  it("notices a hole and names the last place before it", () => {
    const log = log_after(loaded(message(1, 0)), received(message(5, 4)), received(message(9, 8)));

    expect(log.hole_after).toBe(1);
  });

  it("sees no hole before the history was loaded, nor when the chain is whole", () => {
    expect(log_after(received(message(5, 4))).hole_after).toBeNull();
    expect(log_after(loaded(message(1, 0)), received(message(2, 1))).hole_after).toBeNull();
  });

  it("sees the hole in an empty room whose first message was missed", () => {
    expect(log_after(loaded(), received(message(2, 1))).hole_after).toBe(0);
  });

  it("fills a hole with the answer, and goes on while it is not complete", () => {
    const start = log_after(loaded(message(1, 0)), received(message(5, 4)));
    const half = apply(start, { type: "synced", after: 1, messages: [message(2, 1)], complete: false });
    const whole = apply(half, {
      type: "synced",
      after: 2,
      messages: [message(4, 2), message(5, 4)],
      complete: true,
    });

    expect(half.hole_after).toBe(2);
    expect(whole.hole_after).toBeNull();
    expect(ids(whole)).toEqual(["m1", "m2", "m4", "m5"]);
  });

  it("believes the answer: what is not in it does not exist", () => {
    const start = log_after(loaded(message(1, 0)), received(message(3, 2)), received(message(5, 4)));
    const log = apply(start, { type: "synced", after: 1, messages: [message(5, 1)], complete: true });

    expect(ids(log)).toEqual(["m1", "m5"]);
    expect(log.hole_after).toBeNull();
  });

  it("keeps what came live after the answer was made", () => {
    const start = log_after(loaded(message(1, 0)), received(message(5, 4)), received(message(7, 5)));
    const log = apply(start, {
      type: "synced",
      after: 1,
      messages: [message(4, 1), message(5, 4)],
      complete: true,
    });

    expect(ids(log)).toEqual(["m1", "m4", "m5", "m7"]);
  });

  it("leaves what is older than its first message to the page that has it: there may be others between", () => {
    const page: RoomEvent = { type: "loaded_newest", messages: [message(8, 7), message(9, 8)], more: true };
    const sent = { room: "r", cid: "c", seq: 3, prev: 2, sent_at: "2026-11-24T12:00:00Z", stored: true };
    const log = log_after(
      page,
      received(message(2, 1)),
      { type: "written", entries: [entry("c")] },
      { type: "sent", sent, from: "me" },
    );

    expect(ids(log)).toEqual(["m8", "m9"]);
    expect(log.unsent).toEqual([]);
    expect(log.hole_after).toBeNull();
  });

  it("takes an older page where it was asked for", () => {
    const start = log_after({ type: "loaded_newest", messages: [message(8, 7), message(9, 8)], more: true });
    const older: RoomEvent = {
      type: "loaded_older",
      before: 8,
      messages: [message(6, 5), message(7, 6)],
      more: true,
    };

    expect(ids(apply(start, older))).toEqual(["m6", "m7", "m8", "m9"]);
    expect(apply(start, { ...older, before: 9 })).toBe(start);
  });

  it("remembers only so many that were taken back before they were loaded", () => {
    let log = empty_log;
    for (let seq = 1; seq <= 300; seq += 1) log = apply(log, { type: "retracted", id: `m${seq}` });

    expect(log.retracted.size).toBe(200);
    expect(log.retracted.has("m300")).toBe(true);
  });

  it("asks for what is missing when the room is further than the log", () => {
    expect(log_after(loaded(message(1, 0)), { type: "room_is_at", seq: 4 }).hole_after).toBe(1);
    expect(log_after(loaded(message(4, 0)), { type: "room_is_at", seq: 4 }).hole_after).toBeNull();
  });

  it("keeps the place of what was taken back, and nothing that was said", () => {
    const log = log_after(loaded(message(1, 0), message(2, 1)), { type: "retracted", id: "m1" });

    expect(ids(log)).toEqual(["m1", "m2"]);
    expect(log.messages[0]).toMatchObject({ kind: "retracted", text: "" });
    expect(log.messages[1]).toMatchObject({ kind: "text", text: "text 2" });
  });

  it("does not show again what was taken back, whatever comes later", () => {
    const before_it_was_loaded = log_after(
      { type: "retracted", id: "m2" },
      loaded(message(1, 0), message(2, 1)),
    );
    const replayed = apply(before_it_was_loaded, received(message(2, 1)));
    const loaded_anew = log_after(
      loaded(message(2, 0, { kind: "retracted", text: "" })),
      received(message(2, 0)),
      { type: "outdated" },
      { type: "retracted", id: "m2" },
      { type: "outdated" },
      loaded(message(2, 0)),
    );

    for (const log of [before_it_was_loaded, replayed, loaded_anew]) {
      expect(log.messages.at(-1)).toMatchObject({ id: "m2", kind: "retracted", text: "" });
    }
  });

  it("asks again for what may have been taken back unnoticed, and for nothing when all is old", () => {
    const start = log_after(loaded(message(1, 0), message(5, 1), message(9, 5)));
    const doubt = (seq: number) => apply(start, { type: "doubtful_after", seq });
    const heard = apply(doubt(4), {
      type: "synced",
      after: 1,
      messages: [message(5, 1, { kind: "retracted", text: "" }), message(9, 5)],
      complete: true,
    });

    expect(doubt(9).hole_after).toBeNull();
    expect(doubt(4).hole_after).toBe(1);
    expect(doubt(0).hole_after).toBe(0);
    expect(heard.hole_after).toBeNull();
    expect(heard.messages[1]).toMatchObject({ kind: "retracted", text: "" });
  });

  it("turns an unsent message into a placed one, once", () => {
    const sent = { room: "r", cid: "c", seq: 2, prev: 1, sent_at: "2026-11-24T12:00:00Z", stored: false };
    const log = log_after(
      loaded(message(1, 0)),
      { type: "written", entries: [entry("c")] },
      { type: "sent", sent, from: "me" },
      received(message(2, 1, { id: "c", from: "me", text: "own c" })),
      { type: "sent", sent, from: "me" },
    );

    expect(log.unsent).toEqual([]);
    expect(ids(log)).toEqual(["m1", "c"]);
    expect(log.messages[1]?.text).toBe("own c");
  });

  it("shows a picture with its place once it is uploaded and sent, and nothing of it once taken back", () => {
    const sent = { room: "r", cid: "c", seq: 2, prev: 1, sent_at: "2026-11-24T12:00:00Z", stored: false };
    const picture = { cid: "c", text: "", image: { width: 800, height: 600 }, written_at: 1 };
    const image = { id: "i", width: 1600, height: 1200 };

    const log = log_after(
      loaded(message(1, 0)),
      { type: "written", entries: [picture] },
      { type: "uploaded", cid: "c", image },
      { type: "sent", sent, from: "me" },
    );
    expect(log.messages.at(-1)).toMatchObject({ id: "c", kind: "image", text: "", image });

    const taken_back = apply(log, { type: "retracted", id: "c" }).messages.at(-1);
    expect(taken_back?.kind).toBe("retracted");
    expect(taken_back).not.toHaveProperty("image");
  });

  it("has hope again for what is tried again", () => {
    const log = log_after(
      { type: "written", entries: [entry("c")] },
      { type: "refused", cid: "c", code: "x" },
    );
    expect(log.unsent[0]?.refused).toBe("x");

    expect(apply(log, { type: "tried_again", cid: "c" }).unsent[0]?.refused).toBeNull();
  });

  it("keeps own unsent ones in the order they were written, also when restored twice", () => {
    const log = log_after(
      { type: "written", entries: [entry("b", 2)] },
      { type: "written", entries: [entry("a", 1), entry("b", 2)] },
    );

    expect(log.unsent.map((one) => one.cid)).toEqual(["a", "b"]);
  });

  it("marks as stored what is named, whatever its place, and never takes it back", () => {
    const log = log_after(loaded(message(1, 0), message(2, 1), message(3, 2)), {
      type: "stored",
      ids: ["m3", "m1"],
    });

    expect(log.messages.map((one) => one.stored)).toEqual([true, false, true]);
    const again = log_after(loaded(message(1, 0, { stored: true })), received(message(1, 0)));
    expect(again.messages[0]?.stored).toBe(true);
  });

  it("misses a message that is stored and was never shown, after the last one it has", () => {
    const told: RoomEvent = { type: "stored", ids: ["m2", "m3"] };

    expect(log_after(loaded(message(1, 0), message(2, 1)), told).hole_after).toBe(2);
    expect(log_after(loaded(message(2, 1), message(3, 2)), told).hole_after).toBe(null);
    expect(log_after(received(message(1, 0)), told).hole_after).toBe(null);
  });

  it("starts afresh when it is outdated, but keeps what was not sent", () => {
    const log = log_after(
      loaded(message(1, 0)),
      { type: "written", entries: [entry("c")] },
      { type: "outdated" },
    );

    expect(log.messages).toEqual([]);
    expect(log.loaded).toBe(false);
    expect(log.unsent).toHaveLength(1);
  });

  it("shows a refused message until it is discarded", () => {
    const refused = log_after(
      { type: "written", entries: [entry("c")] },
      { type: "refused", cid: "c", code: "room_closed" },
    );

    expect(refused.unsent[0]?.refused).toBe("room_closed");
    expect(apply(refused, { type: "discarded", cid: "c" }).unsent).toEqual([]);
  });

  it("ends the same for every order in which messages arrive and repeat", () => {
    const all = [1, 2, 3, 4, 5, 6].map((seq) => message(seq, seq - 1));
    for (let round = 0; round < 200; round += 1) {
      const shuffled = [...all, ...all.slice(0, round % 6)].sort(() => Math.random() - 0.5);
      const log = log_after(loaded(), ...shuffled.map(received));
      expect(ids(log)).toEqual(["m1", "m2", "m3", "m4", "m5", "m6"]);
    }
  });
});
