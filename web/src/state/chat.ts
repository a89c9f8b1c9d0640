// Ties the socket and the outbox to what the page shows: every frame lands here, every message leaves from here.
import { effect, signal } from "@preact/signals";
import * as rooms_api from "../api/rooms";
import { refresh, token_at_hand } from "../api/tokens";
import type { StopReason } from "../protocol/close";
import type { MatchOutcome, Message, Push, Ready, Room, Sent } from "../protocol/frames";
import { new_id } from "../protocol/new_id";
import { create_outbox, frame_of, type Outbox } from "../protocol/outbox";
import { lasting_outbox_store } from "../protocol/outbox_store";
import { type Connection, create_connection, type RequestFailed, type TokenAnswer } from "../protocol/socket";
import { connection, was_ready } from "./connection";
import { write_draft } from "./drafts";
import type { PreparedImage } from "./image";
import { clear_image_links } from "./image_links";
import { on_refused, send_image_again, show_and_send_image } from "./image_messages";
import {
  image_is_being_said,
  image_was_said,
  images_are_on_their_way,
  let_go_image,
  let_go_images,
  let_go_images_of,
} from "./image_sending";
import { clear_match, on_match_ended, on_match_ready, on_proposed, on_waiting } from "./match";
import { change_log, clear_logs, forget_log, known_rooms, load_newest, log_of } from "./messages";
import { looks_anew, note_what_is_new, nothing_is_new } from "./new_after";
import { clear_presence, look_at, on_presence } from "./presence";
import { clear_reports, on_report_decided } from "./reports";
import { ask_until_answered, retract_within_ms } from "./retracting";
import { last_seq } from "./room_log";
import {
  change_room,
  clear_rooms,
  load_room,
  load_rooms,
  put_rooms,
  remove_room,
  room_read_by_me,
  room_with_message,
  room_with_retracted,
  rooms,
  rooms_loaded,
} from "./rooms";
import { server_now, set_server_clock } from "./server_clock";
import {
  clear_typing,
  partner_is_typing,
  partner_stopped_typing,
  stopped_typing,
  tell_typing_when_due,
} from "./typing";

interface Chat {
  member: string;
  socket: Connection;
  outbox: Outbox;
  /** The greatest place this page has, over all rooms. */
  since: number | null;
  /** When the connection was lost; null while it is there, and before the first one. */
  lost_at_ms: number | null;
  end: () => void;
}

/** The room that is on the screen now. */
export const visible_room = signal<string | null>(null);

/** The last message of a partner, for who listens instead of looks. */
export const last_incoming = signal<Message | null>(null);

const READ_PAUSE_MS = 300;
const SEEN_TRIES = 5;
const SEEN_AGAIN_MS = 500;
/** A dead connection is noticed only when a heartbeat does not come. */
const LOST_UNNOTICED_MS = 60_000;
/** Places are microseconds since 1970. */
const PLACES_PER_MS = 1_000;
const store = lasting_outbox_store();
const reads_to_tell = new Map<string, number>();
const repairs = new Set<string>();
let read_timer: ReturnType<typeof setTimeout> | undefined;
let last_written_at = 0;
let chat: Chat | null = null;

export function start_chat(member: string, on_stopped: (reason: StopReason) => void): void {
  if (chat !== null) void stop_chat("keep_unsent");
  const socket = create_connection({
    url: `${location.origin.replace(/^http/, "ws")}/ws`,
    open: (url, subprotocol) => new WebSocket(url, subprotocol),
    token: token_for_socket,
    since: () => chat?.since ?? null,
    random: Math.random,
    now: Date.now,
    online: () => navigator.onLine,
    on_ready,
    on_push,
    on_state: (state) => {
      if (chat !== null && connection.value.name === "ready") chat.lost_at_ms = server_now();
      connection.value = state;
      if (state.name === "ready") was_ready.value = true;
      else {
        chat?.outbox.disconnected();
        clear_presence();
      }
      if (state.name === "stopped") on_stopped(state.reason);
    },
  });
  const outbox = create_outbox({
    member,
    store,
    send: (entry, again) => socket.request("send", frame_of(entry, again)),
    on_tried: image_is_being_said,
    on_sent: (sent) => on_sent(member, sent),
    on_refused: (entry, code) => on_refused(entry, code, outbox.add),
  });
  chat = { member, socket, outbox, since: null, lost_at_ms: null, end: listen_to_window(socket) };
  void restore_unsent(outbox);
  void load_rooms().catch(() => {});
  socket.start();
}

export async function stop_chat(unsent: "keep_unsent" | "forget_unsent"): Promise<void> {
  const old = chat;
  if (old === null) return;
  chat = null;
  old.end();
  old.socket.stop();
  clearTimeout(read_timer);
  read_timer = undefined;
  reads_to_tell.clear();
  repairs.clear();
  visible_room.value = null;
  was_ready.value = false;
  last_incoming.value = null;
  clear_rooms();
  clear_logs();
  let_go_images();
  clear_image_links();
  clear_match();
  clear_typing();
  clear_reports();
  if (unsent === "forget_unsent") await old.outbox.forget_all();
  else old.outbox.close();
}

async function token_for_socket(which: "at_hand" | "new"): Promise<TokenAnswer> {
  const at_hand = which === "at_hand" ? token_at_hand() : null;
  if (at_hand !== null) return { outcome: "token", ...at_hand };
  const refreshed = await refresh();
  if (refreshed.outcome !== "renewed") return { outcome: refreshed.outcome };
  const { access_token, expires_in_s } = refreshed.session;
  return { outcome: "token", token: access_token, expires_in_ms: expires_in_s * 1000 };
}

async function restore_unsent(outbox: Outbox): Promise<void> {
  const entries = await outbox.restore();
  for (const room of new Set(entries.map((entry) => entry.room))) {
    change_log(room, { type: "written", entries: entries.filter((entry) => entry.room === room) });
  }
}

function listen_to_window(socket: Connection): () => void {
  const on_visible = () => {
    if (document.visibilityState === "visible") {
      socket.hurry();
      if ((rooms.peek().get(visible_room.peek() ?? "")?.unread ?? 0) > 0) looks_anew();
    }
    read_visible_room();
    tell_look();
  };
  const on_leaving = (event: Event) => {
    // Pictures are not kept: one that is not uploaded is lost with the page.
    if (images_are_on_their_way()) event.preventDefault();
  };
  window.addEventListener("beforeunload", on_leaving);
  window.addEventListener("online", socket.network_came);
  window.addEventListener("offline", socket.network_went);
  document.addEventListener("visibilitychange", on_visible);
  const stop_effect = effect(() => {
    if (visible_room.value === null) looks_anew();
    else queueMicrotask(read_visible_room);
  });
  const stop_looking = effect(() => {
    // A room may be known, or over, only later than it is shown.
    void [visible_room.value, rooms.value];
    tell_look();
  });
  return () => {
    window.removeEventListener("beforeunload", on_leaving);
    window.removeEventListener("online", socket.network_came);
    window.removeEventListener("offline", socket.network_went);
    document.removeEventListener("visibilitychange", on_visible);
    stop_effect();
    stop_looking();
  };
}

/** For the button on a page that was stopped or is pausing. */
export function connect_again(): void {
  if (connection.value.name === "stopped") chat?.socket.start();
  else chat?.socket.hurry();
}

function note_place(seq: number): void {
  if (chat !== null && seq > (chat.since ?? 0)) chat.since = seq;
}

function on_ready(ready: Ready): void {
  if (chat === null) return;
  set_server_clock(ready.now);
  retract_within_ms.value = ready.limits?.retract_within_ms ?? null;
  const new_room = room_opened_meanwhile(ready.rooms);
  put_rooms(ready.rooms);
  if (!rooms_loaded.peek()) void load_rooms().catch(() => {});
  for (const room of ready.resume === "reload" ? ready.reload : []) outdate(room);
  for (const room of ready.rooms) {
    note_place(room.last_seq);
    if (known_rooms().includes(room.id)) change_log(room.id, { type: "room_is_at", seq: room.last_seq });
  }
  doubt_what_could_be_retracted(chat);
  for (const room of known_rooms()) void repair(room);
  chat.outbox.connected();
  on_match_ready(ready, new_room);
  if (ready.proposal) tell_seen(ready.proposal.id);
  read_visible_room();
  tell_reads();
  tell_look();
}

/** What was taken back while the page was away has no new place, so nothing else would tell of it. */
function doubt_what_could_be_retracted(current: Chat): void {
  const within_ms = retract_within_ms.value;
  if (current.lost_at_ms !== null && within_ms !== null) {
    const seq = (current.lost_at_ms - LOST_UNNOTICED_MS - within_ms) * PLACES_PER_MS;
    for (const room of known_rooms()) change_log(room, { type: "doubtful_after", seq });
  }
  current.lost_at_ms = null;
}

/** A room the page did not know, opened while it was away. */
function room_opened_meanwhile(all: readonly Room[]): string | null {
  if (!was_ready.value || rooms.value.size + all.length === 0) return null;
  return all.find((room) => room.open && room.last_seq === 0 && !rooms.value.has(room.id))?.id ?? null;
}

function outdate(room: string): void {
  if (!known_rooms().includes(room)) return;
  change_log(room, { type: "outdated" });
  if (visible_room.value === room) void load_newest(room).catch(() => {});
}

function on_push(push: Push): void {
  if (chat === null) return;
  switch (push.t) {
    case "message":
      return on_message(chat, push.d);
    case "stored":
      return on_stored(chat, push.d.room, push.d.ids);
    case "retracted":
      return on_retracted(chat, push.d.room, push.d.id);
    case "read":
      return on_read(push.d.room, push.d.member, push.d.seq);
    case "typing":
      if (push.d.member !== chat.member) partner_is_typing(push.d.room);
      return;
    case "presence":
      // Who has turned away writes no more.
      if (push.d.state !== "here") partner_stopped_typing(push.d.room);
      return on_presence(push.d.room, push.d.state);
    case "room.opened":
      return put_rooms([push.d.room]);
    case "room.closed":
      return on_room_closed(push.d.room, push.d.by);
    case "match.waiting":
      return on_waiting(push.d.ticket, push.d.notice ?? null);
    case "match.proposed":
      on_proposed(push.d);
      return tell_seen(push.d.id);
    case "match.ended":
      return on_ended(push.d.outcome, push.d.room ?? null, push.d.proposal ?? null);
    case "report.decided":
      return on_report_decided(push.d.report);
  }
}

function on_ended(outcome: MatchOutcome, room: string | null, proposal: string | null): void {
  on_match_ended(outcome, room, proposal);
  // Nobody else is proposed to this member until a page says that it is there.
  if (outcome === "missed" && proposal !== null) tell_seen(proposal);
}

/** Tells that this page shows a proposal. What is refused for the moment is told again: it counts for seconds. */
function tell_seen(proposal: string, tries_left = SEEN_TRIES): void {
  const current = chat;
  current?.socket.request("seen", { proposal }).catch((failed: RequestFailed) => {
    // After a lost connection the next `ready` brings what is still to be seen.
    const is_in_vain = failed.code === "connection_lost" || !failed.retryable || tries_left <= 1;
    if (is_in_vain) return;
    setTimeout(() => {
      if (chat === current) tell_seen(proposal, tries_left - 1);
    }, failed.retry_after_ms ?? SEEN_AGAIN_MS);
  });
}

function on_message(current: Chat, message: Message): void {
  const from_partner = message.from !== current.member;
  note_place(message.seq);
  current.outbox.seen(message);
  image_was_said(message.id);
  if (!rooms.value.has(message.room)) void load_room(message.room).catch(() => {});
  const is_news = message.seq > (rooms.value.get(message.room)?.last_seq ?? 0);
  change_room(message.room, (room) => room_with_message(room, message, from_partner));
  if (known_rooms().includes(message.room)) {
    change_log(message.room, { type: "received", message });
    void repair(message.room);
  }
  if (!from_partner) return;
  partner_stopped_typing(message.room);
  if (is_news) last_incoming.value = message;
  read_visible_room();
}

function on_stored(chat: Chat, room: string, ids: readonly string[]): void {
  chat.outbox.stored(ids);
  if (!known_rooms().includes(room)) return;
  change_log(room, { type: "stored", ids });
  void repair(room);
}

function on_retracted(current: Chat, room: string, id: string): void {
  // Only what is stored can be taken back.
  current.outbox.stored([id]);
  let_go_image(id);
  if (last_incoming.value?.id === id) last_incoming.value = null;
  change_room(room, (one) => room_with_retracted(one, id));
  if (known_rooms().includes(room)) change_log(room, { type: "retracted", id });
}

function on_sent(member: string, sent: Sent): void {
  note_place(sent.seq);
  image_was_said(sent.cid);
  // Left meanwhile.
  if (!known_rooms().includes(sent.room)) return;
  const log = change_log(sent.room, { type: "sent", sent, from: member });
  const message = log.messages.find((one) => one.id === sent.cid);
  if (message) change_room(sent.room, (room) => room_with_message(room, message, false));
  void repair(sent.room);
}

/** Fetches what is missing after a hole, page by page, until nothing is. */
async function repair(room: string): Promise<void> {
  if (repairs.has(room)) return;
  repairs.add(room);
  try {
    for (let after = log_of(room).value.hole_after; after !== null && chat !== null; ) {
      const answer = await chat.socket.request("sync", { room, after });
      for (const message of answer.messages) {
        note_place(message.seq);
        chat?.outbox.seen(message);
      }
      if (!known_rooms().includes(room)) return;
      const left = change_log(room, { type: "synced", ...answer }).hole_after;
      // An answer that brings nothing on would be asked for forever.
      after = left === after ? null : left;
    }
  } catch {
    // The hole stays noted; the next message or the next `ready` tries again.
  } finally {
    repairs.delete(room);
  }
}

function on_read(room: string, member: string, seq: number): void {
  change_room(room, (one) =>
    member === one.partner.id
      ? { ...one, partner_read_seq: Math.max(one.partner_read_seq, seq) }
      : room_read_by_me(one, seq),
  );
}

function on_room_closed(room: string, by: "me" | "partner"): void {
  partner_stopped_typing(room);
  // Nobody can send it any more, nor take it away.
  write_draft(room, "");
  // Left on this page just now.
  if (by === "me" && !rooms.value.has(room)) return;
  change_room(room, (one) => ({ ...one, open: false, closed_by: by }));
  // Whether it was left or blocked, the room or the service, only the room itself says.
  load_room(room).then(
    (is_there) => {
      if (!is_there) forget_room(room);
    },
    () => {},
  );
}

/** Whoever looks at a room has read it. */
export function read_visible_room(): void {
  const id = visible_room.value;
  if (id === null || document.visibilityState !== "visible") return;
  const room = rooms.value.get(id);
  if (!room) return;
  note_what_is_new(room);
  if (room.unread === 0) return;
  const seq = Math.max(room.last_seq, last_seq(log_of(id).value));
  reads_to_tell.set(id, seq);
  put_rooms([room_read_by_me(room, seq)]);
  // One frame for a burst of messages, but a long burst does not put it off for ever.
  read_timer ??= setTimeout(tell_reads, READ_PAUSE_MS);
}

/** Says which open room is on the screen, if any is. */
function tell_look(): void {
  if (connection.peek().name !== "ready") return;
  const room = rooms.peek().get(visible_room.peek() ?? "");
  const is_shown = room?.open === true && document.visibilityState === "visible";
  look_at(is_shown ? room.id : null, (shown) => {
    chat?.socket.request("look", { room: shown }).then(
      (partner) => {
        if ("state" in partner) on_presence(partner.room, partner.state);
      },
      // Said again before long.
      () => {},
    );
  });
}

function tell_reads(): void {
  clearTimeout(read_timer);
  read_timer = undefined;
  for (const [room, seq] of reads_to_tell) {
    chat?.socket.request("read", { room, seq }).then(
      () => {
        if (reads_to_tell.get(room) === seq) reads_to_tell.delete(room);
      },
      // Told again after the next `ready`.
      () => {},
    );
  }
}

/** Strictly rising, so that the order of writing survives a reload. */
function next_written_at(): number {
  last_written_at = Math.max(Date.now(), last_written_at + 1);
  return last_written_at;
}

/** Half a letter, as some programs paste it, is none on the wire: the server would hang up, again and again. */
const HALF_LETTERS = /\p{Surrogate}/gu;

export function write_message(room: string, written: string): void {
  if (chat === null) return;
  const text = written.replace(HALF_LETTERS, "\ufffd");
  const entry = { cid: new_id(), room, text, written_at: next_written_at() };
  change_log(room, { type: "written", entries: [entry] });
  nothing_is_new(room);
  stopped_typing(room);
  chat.outbox.add(entry);
}

/** Shows a picture at once, uploads it and, once the server has it, sends it as words are sent. */
export function write_image(room: string, image: PreparedImage): void {
  if (chat === null) return;
  const entry = { cid: new_id(), room, text: "", written_at: next_written_at() };
  nothing_is_new(room);
  show_and_send_image(entry, image, chat.outbox.add);
}

export function try_image_again(room: string, cid: string): void {
  if (chat !== null) send_image_again(room, cid, chat.outbox.add);
}

/** Gives up what is not sent; what the server may have stays, and can be taken back once it is there. */
export function discard_message(room: string, cid: string): void {
  if (chat?.outbox.give_up(cid) === false) return;
  let_go_image(cid);
  change_log(room, { type: "discarded", cid });
}

/** Takes back a message of one's own, for both; throws a `Problem` when it stays. */
export async function retract_message(room: string, id: string): Promise<void> {
  const current = chat;
  if (current === null) return;
  await ask_until_answered(() => current.socket.request("retract", { room, id }));
  if (chat === current) on_retracted(current, room, id);
}

export function tell_typing(room: string): void {
  tell_typing_when_due(room, () => {
    // Without a connection there is nobody to tell, and it is soon no longer true.
    chat?.socket.request("typing", { room }).catch(() => {});
  });
}

export async function leave_room(room: string): Promise<void> {
  await rooms_api.leave_room(room);
  remove_room(room);
  forget_room(room);
}

function forget_room(room: string): void {
  chat?.outbox.give_up_room(room);
  reads_to_tell.delete(room);
  let_go_images_of(room);
  write_draft(room, "");
  forget_log(room);
}
