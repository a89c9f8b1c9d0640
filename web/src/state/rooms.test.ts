// Tests of the room list's rules.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { get_room } from "../api/rooms";
import { example_room } from "../protocol/examples";
import type { Message, Room } from "../protocol/frames";
import {
  clear_rooms,
  load_room,
  newest_first,
  put_rooms,
  room_read_by_me,
  room_with_message,
  rooms,
} from "./rooms";

vi.mock("../api/rooms", () => ({ get_room: vi.fn() }));

const message = (seq: number, sent_at = "2026-11-24T12:00:00Z"): Message => ({
  room: "r",
  seq,
  prev: seq - 1,
  id: `m${seq}`,
  from: "partner",
  kind: "text",
  text: "hi",
  sent_at,
  stored: false,
});

describe("the room list", () => {
  it("counts a partner's message once, however often it comes", () => {
    const once = room_with_message(example_room(), message(1), true);

    expect(room_with_message(once, message(1), true).unread).toBe(1);
  });

  it("does not count again what the server has counted already", () => {
    expect(room_with_message(example_room({ last_seq: 9, unread: 4 }), message(7), true).unread).toBe(4);
  });

  it("does not count own messages and stops at a hundred", () => {
    expect(room_with_message(example_room(), message(1), false).unread).toBe(0);
    expect(room_with_message(example_room({ unread: 100 }), message(1), true).unread).toBe(100);
  });

  it("reads forward only", () => {
    const read = room_read_by_me(example_room({ last_seq: 5, unread: 2 }), 5);

    expect(read).toMatchObject({ read_seq: 5, unread: 0 });
    expect(room_read_by_me(read, 3)).toBe(read);
  });

  it("stands newest first by the last message, or by the opening", () => {
    const a = example_room({ id: "a", last_message: message(1, "2026-11-24T11:00:00Z") });
    const b = example_room({ id: "b", opened_at: "2026-11-24T11:30:00Z" });
    const c = example_room({ id: "c", last_message: message(1, "2026-11-24T12:00:00Z") });

    expect(newest_first([a, b, c]).map((one) => one.id)).toEqual(["c", "b", "a"]);
  });
});

describe("a room that was asked for", () => {
  let answer: (room: Room) => void;
  let loading: Promise<boolean>;

  beforeEach(() => {
    clear_rooms();
    vi.mocked(get_room).mockReturnValue(
      new Promise((resolve) => {
        answer = resolve;
      }),
    );
    loading = load_room("r");
  });

  it("does not take back what came in meanwhile, and brings what else is new", async () => {
    const said = message(7);
    put_rooms([example_room({ last_seq: 7, last_message: said, read_seq: 7, partner_read_seq: 6 })]);
    answer(example_room({ last_seq: 5, unread: 2, read_seq: 3, partner_read_seq: 5, open: false }));
    await loading;

    expect(rooms.value.get("r")).toEqual(
      example_room({ last_seq: 7, last_message: said, read_seq: 7, partner_read_seq: 6, open: false }),
    );
  });

  it("is as the server says when that is newer", async () => {
    put_rooms([example_room({ last_seq: 5, read_seq: 5 })]);
    answer(example_room({ last_seq: 9, unread: 2, read_seq: 5 }));
    await loading;

    expect(rooms.value.get("r")).toEqual(example_room({ last_seq: 9, unread: 2, read_seq: 5 }));
  });

  it("is not shown to whoever is here after its member", async () => {
    clear_rooms();
    answer(example_room());

    expect(await loading).toBe(false);
    expect(rooms.value.size).toBe(0);
  });
});
