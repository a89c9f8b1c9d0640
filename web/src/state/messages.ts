// The messages of the rooms that were looked at lately: one signal for each room.
import { type Signal, signal } from "@preact/signals";
import { get_messages } from "../api/rooms";
import { apply, empty_log, type RoomEvent, type RoomLog } from "./room_log";

/** So many rooms keep what was loaded of them. */
const LOGS_MAX = 8;
/** A log that grows beyond this is cut to its newest messages, unless its reader is among the older ones. */
const MESSAGES_MAX = 300;
const MESSAGES_KEPT = 200;

/** Looked at last comes last. */
const logs = new Map<string, Signal<RoomLog>>();
const loading = new Map<string, Promise<void>>();
/** The room on the screen whose reader has scrolled up. */
let read_back: string | null = null;

export function log_of(room: string): Signal<RoomLog> {
  let log = logs.get(room);
  if (!log) {
    log = signal(empty_log);
    logs.set(room, log);
  }
  return log;
}

export function change_log(room: string, event: RoomEvent): RoomLog {
  const log = log_of(room);
  const changed = apply(log.value, event);
  log.value = room === read_back ? changed : not_too_long(changed);
  return log.value;
}

function not_too_long(log: RoomLog): RoomLog {
  return log.messages.length > MESSAGES_MAX ? apply(log, { type: "shortened", keep: MESSAGES_KEPT }) : log;
}

/** The reader of the room on the screen is at its newest end again, or among older messages. */
export function reader_is_at(room: string, end: "newest" | "older"): void {
  if (end === "older") read_back = room;
  else if (read_back === room) read_back = null;
  const log = logs.get(room);
  if (end === "newest" && log) log.value = not_too_long(log.value);
}

/** The room is on the screen; those that were there longest ago are let go. What is unsent stays. */
export function keep_log(room: string): void {
  const log = log_of(room);
  logs.delete(room);
  logs.set(room, log);
  const too_old = [...logs.keys()].slice(0, -LOGS_MAX);
  for (const old of too_old) if (log_of(old).peek().unsent.length === 0) logs.delete(old);
}

/** What was refused is nowhere else; what waits may be. */
export function anything_is_unsent(): boolean {
  return [...logs.values()].some((log) => log.peek().unsent.length > 0);
}

export function known_rooms(): string[] {
  return [...logs.keys()];
}

export function forget_log(room: string): void {
  logs.delete(room);
}

export function clear_logs(): void {
  logs.clear();
  loading.clear();
  read_back = null;
}

/** Runs one load of a room at a time; a second wish for the same one waits for the first. */
function once(key: string, load: () => Promise<void>): Promise<void> {
  const running = loading.get(key) ?? load().finally(() => loading.delete(key));
  loading.set(key, running);
  return running;
}

/** Unless the room was left meanwhile, or its member logged out. */
function change_same_log(room: string, log: Signal<RoomLog>, event: RoomEvent): void {
  if (logs.get(room) === log) change_log(room, event);
}

export function load_newest(room: string): Promise<void> {
  return once(`${room} newest`, async () => {
    const log = log_of(room);
    const { messages, more } = await get_messages(room, null);
    change_same_log(room, log, { type: "loaded_newest", messages, more });
  });
}

export function load_older(room: string): Promise<void> {
  return once(`${room} older`, async () => {
    const log = log_of(room);
    const before = log.value.messages[0]?.seq;
    if (before === undefined) return;
    const { messages, more } = await get_messages(room, before);
    change_same_log(room, log, { type: "loaded_older", before, messages, more });
  });
}
