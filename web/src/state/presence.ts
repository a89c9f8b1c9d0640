// Whether a partner is there, and telling which room is on this screen.
import { signal } from "@preact/signals";
import type { PresenceState } from "../protocol/frames";

/** What is known of partners, by room; nothing while this page itself is not connected. */
export const presences = signal<ReadonlyMap<string, PresenceState>>(new Map());

const LOST_FOR_MS = 30_000;
const TOLD_EVERY_MS = 20_000;
const losses = new Map<string, ReturnType<typeof setTimeout>>();
let looked_at: string | null = null;
let telling: ReturnType<typeof setInterval> | undefined;

export function on_presence(room: string, state: PresenceState): void {
  clearTimeout(losses.get(room));
  losses.delete(room);
  presences.value = new Map(presences.value).set(room, state);
  // Who does not come back is not told of again.
  if (state === "lost")
    losses.set(
      room,
      setTimeout(() => on_presence(room, "away"), LOST_FOR_MS),
    );
}

/** Tells which room is on the screen: at each change, and again and again while there is one. */
export function look_at(room: string | null, tell: (room: string | null) => void): void {
  if (room === looked_at) return;
  looked_at = room;
  clearInterval(telling);
  telling = room === null ? undefined : setInterval(() => tell(room), TOLD_EVERY_MS);
  tell(room);
}

/** The connection is gone: what was told holds no longer, on both sides. */
export function clear_presence(): void {
  clearInterval(telling);
  telling = undefined;
  looked_at = null;
  for (const loss of losses.values()) clearTimeout(loss);
  losses.clear();
  if (presences.value.size > 0) presences.value = new Map();
}
