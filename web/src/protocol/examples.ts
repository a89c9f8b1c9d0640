// A room, its messages and a proposal, for tests.
import type { Message, Proposal, Room } from "./frames";

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

/** Somebody near is offered, for half a minute. */
export function example_proposal(over: Partial<Proposal> = {}): Proposal {
  return {
    id: "p",
    token: "token",
    expires_at: "2026-11-24T12:00:30Z",
    expires_in_ms: 30_000,
    partner: {
      nickname: "n",
      image: null,
      sex: "female",
      age_band: "20-24",
      distance_band: "lt10",
      shared_interests: [],
    },
    answered: null,
    ...over,
  };
}
