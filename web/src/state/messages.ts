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

export function load_newest(room: string): Promise<void> {
  return once(`${room} newest`, async () => {
    const page = await get_messages(room, null);
    change_log(room, { type: "loaded_newest", messages: page.messages, more: page.more });
  });
}

export function load_older(room: string): Promise<void> {
  return once(`${room} older`, async () => {
    const oldest = log_of(room).value.messages[0]?.seq ?? null;
    const page = await get_messages(room, oldest);
    change_log(room, { type: "loaded_older", messages: page.messages, more: page.more });
  });
}
