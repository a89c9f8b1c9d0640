// Tests of how much of the rooms stays in memory.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { get_messages } from "../api/rooms";
import { example_message } from "../protocol/examples";
import type { Message } from "../protocol/frames";
import { change_log, clear_logs, keep_log, known_rooms, load_older, log_of, reader_is_at } from "./messages";

vi.mock("../api/rooms", () => ({ get_messages: vi.fn() }));

const message = (seq: number) => example_message(seq, seq - 1);
const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => message(from + at));
const places = () => log_of("r").value.messages.map((one) => one.seq);

function receive(from: number, to: number) {
  for (const one of messages(from, to)) change_log("r", { type: "received", message: one });
}

beforeEach(() => {
  vi.mocked(get_messages).mockReset();
  change_log("r", { type: "loaded_newest", messages: messages(1, 50), more: false });
});

afterEach(clear_logs);

describe("a long log", () => {
  it("keeps its newest messages, and knows that there are more before", () => {
    receive(51, 301);

    expect(places()).toEqual(messages(102, 301).map((one) => one.seq));
    expect(log_of("r").value).toMatchObject({ more_before: true, hole_after: null });
  });

  it("keeps all of them while its reader is among the older ones", () => {
    reader_is_at("r", "older");
    receive(51, 1_000);
    expect(places()).toHaveLength(1_000);

    reader_is_at("r", "newest");

    expect(places()).toHaveLength(200);
    expect(places().at(-1)).toBe(1_000);
  });

  it("keeps what stands around a hole until that is filled", () => {
    receive(60, 400);
    expect(log_of("r").value.hole_after).toBe(50);
    expect(places()[0]).toBe(1);

    const rest = messages(51, 400);
    change_log("r", { type: "synced", after: 50, messages: rest, complete: true });

    expect(places()).toHaveLength(200);
  });

  it("takes no page that was asked for before it was cut: there would be a gap", async () => {
    receive(51, 250);
    let answer = (_: { messages: Message[]; more: boolean }) => {};
    vi.mocked(get_messages).mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const loading = load_older("r");
    receive(251, 301);

    answer({ messages: [message(0)], more: false });
    await loading;

    expect(places()[0]).toBe(102);
    expect(log_of("r").value.more_before).toBe(true);
  });
});

describe("the logs of many rooms", () => {
  it("are let go, those looked at longest ago first", () => {
    for (let room = 1; room <= 9; room += 1) keep_log(`r${room}`);
    keep_log("r3");
    keep_log("r10");

    expect(known_rooms()).toEqual(["r4", "r5", "r6", "r7", "r8", "r9", "r3", "r10"]);
  });

  it("stay while something in them is unsent", () => {
    change_log("r", { type: "written", entries: [{ cid: "c", text: "hi", written_at: 1 }] });

    for (let room = 1; room <= 9; room += 1) keep_log(`r${room}`);

    expect(known_rooms()).toContain("r");
  });
});
