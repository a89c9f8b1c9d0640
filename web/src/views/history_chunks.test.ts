// Tests of cutting a history into chunks that stay the same.
import { describe, expect, it } from "vitest";
import type { Message } from "../protocol/frames";
import { cut, pieces_of, type Starts, stretch_of } from "./history_chunks";

const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ seq: from + at }) as Message);

const sizes = (starts: Starts, all: readonly Message[]) =>
  starts.map((_, at) => stretch_of(starts, at, all)).map(([from, to]) => to - from);

/** For each message, the chunk it is in. */
const chunks_of = (starts: Starts, all: readonly Message[]) =>
  starts.flatMap((start, at) => {
    const [from, to] = stretch_of(starts, at, all);
    return Array(to - from).fill(start);
  });

describe("the chunks of a history", () => {
  it("are one while there is little, and stay that one while it grows", () => {
    const none = cut([], []);

    expect(cut(none, messages(7, 8))).toEqual(none);
    expect(stretch_of(none, 0, messages(7, 8))).toEqual([0, 2]);
  });

  it("keep the lines of a short room when many come at once", () => {
    const before = cut(cut([], []), messages(1, 12));
    const after = cut(before, messages(1, 90));

    expect(chunks_of(after, messages(1, 90)).slice(0, 12)).toEqual(chunks_of(before, messages(1, 12)));
    expect(Math.max(...sizes(after, messages(1, 90)))).toBeLessThanOrEqual(20);
  });

  it("hold every message once, in order", () => {
    const all = messages(1, 137);
    const starts = cut([], all);
    const stretches = starts.map((_, at) => stretch_of(starts, at, all));

    expect(stretches.flatMap(([from, to]) => all.slice(from, to))).toEqual(all);
    expect(Math.max(...sizes(starts, all))).toBeLessThanOrEqual(40);
  });

  it("stay when older messages come in above, which are chunks of their own", () => {
    const before = cut([], messages(101, 200));

    const after = cut(before, messages(51, 200));

    expect(after.slice(-before.length)).toEqual(before);
    expect(sizes(after, messages(51, 200)).slice(0, 3)).toEqual([10, 20, 20]);
  });

  it.each([
    ["of a page of a long history", 60],
    ["of a room in which nothing was said", 0],
  ])("%s keep their lines when newer messages come in below", (_, from) => {
    let starts = cut([], messages(1, from));
    for (let to = from + 1; to <= 131; to += 1) {
      const [chunks, before] = [chunks_of(starts, messages(1, to - 1)), starts];
      starts = cut(before, messages(1, to));
      // A full one has another after it; nothing moves from chunk to chunk.
      expect(chunks_of(starts, messages(1, to)).slice(0, to - 1)).toEqual(chunks);
    }
    expect(sizes(starts, messages(1, 131)).at(-1)).toBe(11);
  });

  it("are the very same when nothing comes in", () => {
    const starts = cut([], messages(1, 100));

    expect(cut(starts, messages(1, 100))).toBe(starts);
  });

  it("go when nothing is left of them", () => {
    const before = cut([], messages(1, 100));

    const after = cut(before, messages(51, 100));

    expect(before).toEqual([1, 21, 41, 61, 81]);
    expect(after).toEqual([41, 61, 81]);
    expect(sizes(after, messages(51, 100))).toEqual([10, 20, 20]);
  });

  it("take a message that was missed where it belongs", () => {
    const all = messages(1, 100).filter((one) => one.seq !== 50);
    const before = cut([], all);

    expect(cut(before, messages(1, 100))).toBe(before);
  });
});

it("are shown as few pieces, however many there are", () => {
  const resting = new Map([
    [1, 900],
    [2, 800],
    [4, 700],
    [5, 600],
  ]);

  expect(pieces_of([1, 2, 3, 4, 5, 6], resting)).toEqual([
    { resting: 1, height_px: 1_700 },
    { drawn: 3 },
    { resting: 4, height_px: 1_300 },
    { drawn: 6 },
  ]);
});
