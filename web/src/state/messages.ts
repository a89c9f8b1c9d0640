// The open rooms' messages: one signal for each room that was looked at since the page was loaded.
import { type Signal, signal } from "@preact/signals";
import { get_messages } from "../api/rooms";
import { apply, empty_log, type RoomEvent, type RoomLog } from "./room_log";

const logs = new Map<string, Signal<RoomLog>>();
const loading = new Map<string, Promise<void>>();

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
  log.value = apply(log.value, event);
  return log.value;
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
}

/** Runs one load of a room at a time; a second wish for the same one waits for the first. */
function once(key: string, load: () => Promise<void>): Promise<void> {
  const running = loading.get(key) ?? load().finally(() => loading.delete(key));
  loading.set(key, running);
  return running;
}

async function load_page(
  room: string,
  before: number | null,
  type: "loaded_newest" | "loaded_older",
): Promise<void> {
  const log = log_of(room);
  const { messages, more } = await get_messages(room, before);
  // Unless the room was left meanwhile, or its member logged out.
  if (logs.get(room) === log) change_log(room, { type, messages, more });
}

export function load_newest(room: string): Promise<void> {
  return once(`${room} newest`, () => load_page(room, null, "loaded_newest"));
}

export function load_older(room: string): Promise<void> {
  return once(`${room} older`, () => {
    const oldest = log_of(room).value.messages[0]?.seq ?? null;
    return load_page(room, oldest, "loaded_older");
  });
}
