// Holds the types of this page against the examples that the server's tests hold theirs against.
import { expect, test } from "vitest";
import examples from "../../../tests/fixtures/protocol/frames.json";
import type { Message, Proposal, Push, Requests, Room, Ticket } from "./frames";
import { is_push, parse_frame } from "./frames";

const id = (number: number) => `01935f3a-7c00-7000-8000-${String(number).padStart(12, "0")}`;

const message: Message = {
  room: id(1),
  seq: 1795521600000002,
  prev: 1795521600000001,
  id: id(2),
  from: id(3),
  kind: "text",
  text: "안녕하세요 👋",
  sent_at: "2026-11-24T12:00:00.000Z",
  stored: false,
};
const image =
  "/api/v1/files/images/01935f3a-7c00-7000-8000-00000000000a-small.jpg?expires=1795525200&signature=00";
const room: Room = {
  id: id(1),
  partner: { id: id(3), nickname: "하나", image, withdrawn: false },
  open: true,
  opened_at: "2026-11-24T11:59:00.000Z",
  closed_by: null,
  last_message: null,
  last_seq: 0,
  read_seq: 0,
  partner_read_seq: 0,
  unread: 0,
};
const wish = { max_distance_km: 10, sex: null, age_min: null, age_max: null, language: null };
const ticket: Ticket = { id: id(4), since: "2026-11-24T11:58:00.000Z", ...wish };
const proposal: Proposal = {
  id: id(5),
  token: "header.claims.signature",
  expires_at: "2026-11-24T11:59:00.000Z",
  expires_in_ms: 30_000,
  partner: {
    nickname: "하나",
    image,
    sex: "undisclosed",
    age_band: "25-29",
    distance_band: "lt10",
    shared_interests: ["film", "산책"],
  },
  answered: null,
};

test("every push is what this page takes it for", () => {
  const pushes: Push[] = [
    { t: "message", d: message },
    {
      t: "message",
      d: { ...message, kind: "image", text: "", image: { id: id(11), width: 1600, height: 1200 } },
    },
    { t: "stored", d: { room: id(1), ids: [id(2)] } },
    { t: "presence", d: { room: id(1), member: id(3), state: "here" } },
    { t: "retracted", d: { room: id(1), id: id(2) } },
    { t: "read", d: { room: id(1), member: id(3), seq: message.seq } },
    { t: "typing", d: { room: id(1), member: id(3) } },
    { t: "room.opened", d: { room } },
    { t: "room.closed", d: { room: id(1), by: "partner" } },
    { t: "match.waiting", d: { ticket } },
    { t: "match.waiting", d: { ticket: { ...ticket, max_distance_km: null }, notice: "partner_gone" } },
    {
      t: "match.waiting",
      d: { ticket: { ...ticket, max_distance_km: null, paused_ms: 15_000 }, notice: "paused" },
    },
    { t: "match.proposed", d: proposal },
    { t: "match.proposed", d: { ...proposal, answered: "accept" } },
    { t: "match.ended", d: { proposal: id(5), outcome: "accepted", room: id(1) } },
    { t: "match.ended", d: { outcome: "cancelled" } },
    { t: "match.ended", d: { proposal: id(6), outcome: "missed" } },
    {
      t: "report.decided",
      d: {
        report: {
          id: id(7),
          room: id(1),
          reason: "harassment",
          state: "acted",
          created_at: "2026-11-24T12:00:00.000Z",
          decided_at: "2026-11-24T13:00:00.000Z",
        },
      },
    },
  ];
  const frames = examples.pushes.map((frame) => parse_frame(JSON.stringify(frame)));
  expect(frames.filter((frame) => frame !== null && is_push(frame))).toEqual(pushes);
  const not_shown = frames.filter((frame) => frame !== null && !is_push(frame));
  expect(not_shown.map((frame) => frame?.t)).toEqual(["ping", "goaway"]);
});

test("every request is what the server understands", () => {
  const requests: { [T in keyof Requests]: Requests[T]["d"][] } = {
    hello: [
      { token: "header.claims.signature", resume: { since: 1795521600000001 } },
      { token: "header.claims.signature" },
    ],
    send: [
      { room: id(1), cid: id(2), text: "안녕하세요 👋" },
      { room: id(1), cid: id(2), text: "안녕하세요 👋", again: true },
      { room: id(1), cid: id(2), image: "header.claims.signature" },
    ],
    read: [{ room: id(1), seq: message.seq }],
    typing: [{ room: id(1) }],
    sync: [{ room: id(1), after: 1795521600000001 }],
    look: [{ room: id(1) }],
    retract: [{ room: id(1), id: id(2) }],
    seen: [{ proposal: id(6) }],
    auth: [{ token: "header.claims.signature" }],
  };
  for (const [type, contents] of Object.entries(requests)) {
    const of_type = examples.from_page.filter((frame) => frame.t === type);
    expect(of_type.map((frame) => frame.d)).toEqual(contents);
  }
});

test("every answer is what this page takes it for", () => {
  const sent: Requests["send"]["answer"] = {
    room: id(1),
    cid: id(2),
    seq: message.seq,
    prev: message.prev,
    sent_at: message.sent_at,
    stored: false,
  };
  const synced: Requests["sync"]["answer"] = {
    room: id(1),
    after: 1795521600000001,
    messages: [message],
    complete: true,
  };
  const last = { ...message, stored: true };
  const reload: Requests["hello"]["answer"] = {
    session: id(6),
    member: id(7),
    now: "2026-11-24T12:00:00.000Z",
    heartbeat_ms: 12_000,
    token_expires_at: "2026-11-24T12:10:00.000Z",
    limits: { retract_within_ms: 300_000 },
    rooms: [
      { ...room, open: false, closed_by: "partner", last_message: last, last_seq: last.seq, unread: 1 },
    ],
    resume: "reload",
    reload: [id(1)],
  };
  const fresh = { ...reload, rooms: [], resume: "fresh", reload: [], ticket, proposal };
  const of_type = (type: string) =>
    examples.answers.filter((frame) => frame.t === type).map((frame) => frame.d);
  expect(of_type("sent")).toEqual([sent]);
  expect(of_type("messages")).toEqual([synced]);
  expect(of_type("ready")).toMatchObject([reload, fresh]);
});
