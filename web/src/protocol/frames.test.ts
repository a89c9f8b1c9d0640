// Holds the types of this page against the examples that the server's tests hold theirs against.
import { expect, test } from "vitest";
import examples from "../../../tests/fixtures/protocol/frames.json";
import { example_room } from "./examples";
import { ready_frame } from "./fake_server";
import type { FromPage, Message, Proposal, Push, Ticket, ToPage } from "./frames";
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
const room = example_room({
  id: id(1),
  partner: { id: id(3), nickname: "하나", image, withdrawn: false },
  opened_at: "2026-11-24T11:59:00.000Z",
});
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

const ready = ready_frame({
  session: id(6),
  member: id(7),
  now: "2026-11-24T12:00:00.000Z",
  heartbeat_ms: 12_000,
  token_expires_at: "2026-11-24T12:10:00.000Z",
});

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

const answers: ToPage[] = [
  {
    t: "ready",
    d: {
      ...ready,
      rooms: [
        {
          ...room,
          open: false,
          closed_by: "partner",
          last_message: { ...message, stored: true },
          last_seq: message.seq,
          unread: 1,
        },
      ],
      resume: "reload",
      reload: [id(1)],
    },
  },
  { t: "ready", d: { ...ready, ticket, proposal } },
  {
    t: "sent",
    d: {
      room: id(1),
      cid: id(2),
      seq: message.seq,
      prev: message.prev,
      sent_at: message.sent_at,
      stored: false,
    },
  },
  { t: "messages", d: { room: id(1), after: message.prev, messages: [message], complete: true } },
  { t: "ok", d: {} },
  { t: "err", d: { code: "too_many_requests", retryable: true, retry_after_ms: 1_200 } },
  { t: "err", d: { code: "room_closed", retryable: false, detail: "the partner left" } },
];

const token = "header.claims.signature";
const from_page: FromPage[] = [
  { t: "hello", id: 1, d: { token, resume: { since: message.prev } } },
  { t: "hello", id: 1, d: { token } },
  { t: "send", id: 2, d: { room: id(1), cid: id(2), text: message.text } },
  { t: "send", id: 2, d: { room: id(1), cid: id(2), text: message.text, again: true } },
  { t: "send", id: 2, d: { room: id(1), cid: id(2), image: token } },
  { t: "read", id: 3, d: { room: id(1), seq: message.seq } },
  { t: "typing", id: 4, d: { room: id(1) } },
  { t: "sync", id: 5, d: { room: id(1), after: message.prev } },
  { t: "look", id: 10, d: { room: id(1) } },
  { t: "retract", id: 9, d: { room: id(1), id: id(2) } },
  { t: "seen", d: { proposal: id(6) } },
  { t: "auth", id: 6, d: { token } },
  { t: "pong", d: { since: message.seq } },
];

/** As this page reads them from the wire. */
const read = (frames: object[]) => frames.map((frame) => parse_frame(JSON.stringify(frame)));

test("every push is what this page takes it for", () => {
  const frames = read(examples.pushes);
  expect(frames.filter((frame) => frame !== null && is_push(frame))).toEqual(pushes);
  const not_shown: ToPage[] = [
    { t: "ping", d: {} },
    { t: "goaway", d: { reconnect_in_ms: 1_200 } },
  ];
  expect(frames.filter((frame) => frame === null || !is_push(frame))).toEqual(not_shown);
});

test("every answer is what this page takes it for", () => {
  expect(read(examples.answers)).toEqual(answers);
  expect(read(examples.answers.map((frame) => ({ ...frame, id: 7 })))).toEqual(
    answers.map((frame) => ({ ...frame, id: 7 })),
  );
});

test("every request is what the server understands", () => {
  expect(examples.from_page).toEqual(from_page);
});

test("what is no frame is none", () => {
  for (const text of ["", "7", "null", "[]", "{}", '{"t":7}', '{"t":', undefined, new Blob()]) {
    expect(parse_frame(text)).toBeNull();
  }
  expect(parse_frame('{"t":"ping","id":"1","d":7}')).toEqual({ t: "ping", d: {} });
});
