// A room and its messages, for tests.
import type { Message, Room } from "./frames";

/** An open room "r" in which nothing was said. */
export function example_room(over: Partial<Room> = {}): Room {
  return {
    id: "r",
    partner: { id: "partner", nickname: "june", image: null, withdrawn: false },
    open: true,
    opened_at: "2026-11-24T11:00:00Z",
    closed_by: null,
    last_message: null,
    last_seq: 0,
    read_seq: 0,
    partner_read_seq: 0,
    unread: 0,
    ...over,
  };
}

/** The partner's message at this place of room "r", after the one at `prev`; it is stored. */
export function example_message(seq: number, prev: number, over: Partial<Message> = {}): Message {
  return {
    room: "r",
    seq,
    prev,
    id: `m${seq}`,
    from: "partner",
    kind: "text",
    text: `text ${seq}`,
    sent_at: "2026-11-24T12:00:00Z",
    stored: true,
    ...over,
  };
}
