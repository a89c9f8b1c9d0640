// Who is typing right now, and telling that the member is.
import { signal } from "@preact/signals";

export const typing_rooms = signal<ReadonlySet<string>>(new Set());

const SHOWN_MS = 6_000;
const TOLD_EVERY_MS = 3_000;
const ends = new Map<string, ReturnType<typeof setTimeout>>();
const told_at_ms = new Map<string, number>();

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

/** Whether it is time to tell the partner again. */
export function may_tell_typing(room: string): boolean {
  const now_ms = Date.now();
  if (now_ms - (told_at_ms.get(room) ?? Number.NEGATIVE_INFINITY) < TOLD_EVERY_MS) return false;
  told_at_ms.set(room, now_ms);
  return true;
}

/** A sent message ends the typing, so the next letter is told at once. */
export function told_message(room: string): void {
  told_at_ms.delete(room);
}

export function clear_typing(): void {
  for (const room of [...ends.keys()]) partner_stopped_typing(room);
  told_at_ms.clear();
}
