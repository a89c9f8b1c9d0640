// Who is typing right now, and telling that the member is.
import { signal } from "@preact/signals";

export const typing_rooms = signal<ReadonlySet<string>>(new Set());

const SHOWN_MS = 6_000;
/** The server passes one on every three seconds; a little more, so that none arrives too early. */
const TOLD_EVERY_MS = 3_300;
const ends = new Map<string, ReturnType<typeof setTimeout>>();
const told_at_ms = new Map<string, number>();
const to_tell = new Map<string, ReturnType<typeof setTimeout>>();

export function partner_is_typing(room: string): void {
  clearTimeout(ends.get(room));
  ends.set(
    room,
    setTimeout(() => partner_stopped_typing(room), SHOWN_MS),
  );
  if (!typing_rooms.value.has(room)) typing_rooms.value = new Set([...typing_rooms.value, room]);
}

export function partner_stopped_typing(room: string): void {
  clearTimeout(ends.get(room));
  ends.delete(room);
  if (!typing_rooms.value.has(room)) return;
  typing_rooms.value = new Set([...typing_rooms.value].filter((one) => one !== room));
}

/** Tells the partner now, or, when that was done just before, as soon as the server passes it on again. */
export function tell_typing_when_due(room: string, tell: () => void): void {
  if (to_tell.has(room)) return;
  const since_ms = Date.now() - (told_at_ms.get(room) ?? Number.NEGATIVE_INFINITY);
  const tell_now = () => {
    to_tell.delete(room);
    told_at_ms.set(room, Date.now());
    tell();
  };
  if (since_ms >= TOLD_EVERY_MS) tell_now();
  else to_tell.set(room, setTimeout(tell_now, TOLD_EVERY_MS - since_ms));
}

/** The message was sent or wiped away: nothing is to be told any more. */
export function stopped_typing(room: string): void {
  clearTimeout(to_tell.get(room));
  to_tell.delete(room);
}

export function clear_typing(): void {
  for (const room of [...ends.keys()]) partner_stopped_typing(room);
  for (const room of [...to_tell.keys()]) stopped_typing(room);
  told_at_ms.clear();
}
