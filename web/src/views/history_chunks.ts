// The messages of a long history in chunks that stay the same while messages come in at both ends.
import type { Message } from "../protocol/frames";
import { place_of } from "../state/room_log";

/** Lines of a chunk, and the most it may grow to by what was missed before it is cut. */
const SIZE = 20;
const SIZE_MAX = 40;

/** The place each chunk begins at, from above; the first has everything before the second. */
export type Starts = readonly number[];

/** One chunk, from before the first message on: for what is unsent, before anything was loaded or said. */
const nothing_yet: Starts = [0];

/**
 * How the messages are cut now. A line stays in its chunk, or it would be drawn anew, and what is open on it would close:
 * so chunks that were there stay, unless nothing is left of them, and the last one that is full has another after it.
 */
export function cut(starts: Starts, messages: readonly Message[]): Starts {
  if (messages.length === 0) return nothing_yet;
  const before = starts.length === 0 ? nothing_yet : starts;
  // A page of a long history has older ones before it.
  const is_page = before === nothing_yet && messages.length > SIZE_MAX;
  const left = is_page ? [] : before.filter((start, at) => has_any(messages, start, before[at + 1]));
  const anew = [...pieces_before(messages, left[0] ?? Number.POSITIVE_INFINITY), ...left];
  const all = anew.flatMap((start, at) => [start, ...cuts_within(messages, start, anew[at + 1])]);
  return before !== nothing_yet && same_numbers(all, before) ? before : all;
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

function cuts_within(messages: readonly Message[], from: number, to?: number): number[] {
  const end = place_of(messages, to ?? Number.POSITIVE_INFINITY);
  const size_max = to === undefined ? SIZE : SIZE_MAX;
  const cuts: number[] = [];
  for (let at = place_of(messages, from); end - at > size_max; ) {
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
