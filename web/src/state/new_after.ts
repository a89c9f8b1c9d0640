// Where in the room on the screen the messages begin that were new when its member came to look.
import { signal } from "@preact/signals";
import type { Room } from "../protocol/frames";

interface Noted {
  room: string;
  /** They come after this place; null when nothing was new. */
  after: number | null;
}

const noted = signal<Noted | null>(null);

/** Undefined until its member has come to look. */
export function new_after(room: string): number | null | undefined {
  return noted.value?.room === room ? noted.value.after : undefined;
}

/** Once each time its member comes to look, before it is read: what comes in while they look is not news. */
export function note_what_is_new(room: Room): void {
  if (noted.peek()?.room === room.id) return;
  noted.value = { room: room.id, after: room.unread > 0 ? room.read_seq : null };
}

/** Who writes has seen it. */
export function nothing_is_new(room: string): void {
  noted.value = { room, after: null };
}

/** The room is off the screen, or its member comes back to the screen. */
export function looks_anew(): void {
  noted.value = null;
}
