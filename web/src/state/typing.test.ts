// Tests of telling that one is typing.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  clear_typing,
  partner_is_typing,
  stopped_typing,
  tell_typing_when_due,
  typing_rooms,
} from "./typing";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  clear_typing();
  vi.useRealTimers();
});

describe("typing", () => {
  it("is told at once, and then not again for three seconds", () => {
    const tell = vi.fn();
    for (let letter = 0; letter < 10; letter += 1) tell_typing_when_due("r", tell);
    expect(tell).toHaveBeenCalledTimes(1);

    vi.advanceTimersByTime(3_300);

    expect(tell).toHaveBeenCalledTimes(2);
  });

  it("is not told late, after the message was sent", () => {
    const tell = vi.fn();
    tell_typing_when_due("r", tell);
    tell_typing_when_due("r", tell);

    stopped_typing("r");
    vi.advanceTimersByTime(10_000);

    expect(tell).toHaveBeenCalledTimes(1);
  });

  it("is shown for six seconds at most", () => {
    partner_is_typing("r");
    vi.advanceTimersByTime(5_900);
    expect(typing_rooms.value.has("r")).toBe(true);

    vi.advanceTimersByTime(200);

    expect(typing_rooms.value.has("r")).toBe(false);
  });
});
