// Tests of telling what is looked at, and of how long a loss is one.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clear_presence, look_at, on_presence, presences } from "./presence";

const told: (string | null)[] = [];
const tell = (room: string | null) => void told.push(room);

beforeEach(() => {
  vi.useFakeTimers();
  told.length = 0;
});
afterEach(() => {
  clear_presence();
  vi.useRealTimers();
});

it("a room is told of at each change, and again every 20 s while it is looked at", () => {
  look_at("one", tell);
  look_at("one", tell);
  vi.advanceTimersByTime(40_000);
  look_at("other", tell);
  look_at(null, tell);
  vi.advanceTimersByTime(60_000);

  expect(told).toEqual(["one", "one", "one", "other", null]);
});

it("it is told anew after a lost connection", () => {
  look_at("one", tell);
  clear_presence();
  vi.advanceTimersByTime(60_000);
  look_at("one", tell);

  expect(told).toEqual(["one", "one"]);
});

it("who is lost for long is away, and who comes back is here", () => {
  on_presence("one", "lost");
  on_presence("other", "lost");
  vi.advanceTimersByTime(29_000);
  expect(presences.value.get("one")).toBe("lost");
  on_presence("other", "here");
  vi.advanceTimersByTime(2_000);

  expect([...presences.value]).toEqual([
    ["one", "away"],
    ["other", "here"],
  ]);
});
