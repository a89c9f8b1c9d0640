// The messages of a long history in chunks that stay the same while messages come in at both ends.
import type { Message } from "../protocol/frames";
import { place_of } from "../state/room_log";

/** Lines of a chunk, and the most it may grow to before it is cut. */
const SIZE = 20;
const SIZE_MAX = 40;

/** The place each chunk begins at, from above; the first has everything before the second. */
export type Starts = readonly number[];

/** All that fits is one chunk, from before its first message on. */
const one_chunk: Starts = [0];

/** How the messages are cut now. Chunks that were there stay, unless nothing is left of them. */
export function cut(starts: Starts, messages: readonly Message[]): Starts {
  const first = messages[0];
  if (first === undefined || (messages.length <= SIZE_MAX && starts.length <= 1)) return one_chunk;
  const left =
    starts === one_chunk ? [] : starts.filter((start, at) => has_any(messages, start, starts[at + 1]));
  const anew = [...pieces_before(messages, left[0] ?? Number.POSITIVE_INFINITY), ...left];
  const all = anew.flatMap((start, at) => [start, ...cuts_within(messages, start, anew[at + 1])]);
  return same_numbers(all, starts) ? starts : all;
}

function has_any(messages: readonly Message[], from: number, to = Number.POSITIVE_INFINITY): boolean {
  return place_of(messages, from) < place_of(messages, to);
}

/** What came in above is cut from below, so that what comes in later is cut the same way. */
function pieces_before(messages: readonly Message[], seq: number): number[] {
  const pieces: number[] = [];
  for (let end = place_of(messages, seq); end > 0; end -= SIZE) {
    const first = messages[Math.max(0, end - SIZE)];
    if (first) pieces.unshift(first.seq);
  }
  return pieces;
}

function cuts_within(messages: readonly Message[], from: number, to = Number.POSITIVE_INFINITY): number[] {
  const end = place_of(messages, to);
  const cuts: number[] = [];
  for (let at = place_of(messages, from); end - at > SIZE_MAX; ) {
    at += SIZE;
    const message = messages[at];
    if (message) cuts.push(message.seq);
  }
  return cuts;
}

function same_numbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}

/** The stretch of the messages that is in the chunk. */
export function stretch_of(starts: Starts, at: number, messages: readonly Message[]): [number, number] {
  const from = at === 0 ? 0 : place_of(messages, starts[at] ?? 0);
  const next = starts[at + 1];
  return [from, next === undefined ? messages.length : place_of(messages, next)];
}

/** What is shown of a chunk: its lines, or, of those beside each other that are not drawn, one place. */
export type Piece = { drawn: number } | { resting: number; height_px: number };

export function pieces_of(starts: Starts, resting: ReadonlyMap<number, number>): Piece[] {
  const pieces: Piece[] = [];
  for (const start of starts) {
    const height_px = resting.get(start);
    const before = pieces.at(-1);
    if (height_px === undefined) pieces.push({ drawn: start });
    else if (before && "resting" in before) before.height_px += height_px;
    else pieces.push({ resting: start, height_px });
  }
  return pieces;
}
