// Tests of how long a message can be taken back on a device whose clock is wrong.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { set_server_clock } from "../state/server_clock";
import { Retract, type Retracting } from "./room_retract";

const WITHIN_MS = 300_000;
const nothing: Retracting = { busy: false, problem: null, start: () => {} };

let root: HTMLElement;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  root = document.createElement("div");
});

afterEach(async () => {
  await act(() => render(null, root));
  vi.useRealTimers();
  set_server_clock(new Date().toISOString());
});

const pass = (ms: number) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });

it.each([
  ["as on the device", 0],
  ["an hour ahead", 3_600_000],
  ["an hour behind", -3_600_000],
])("can be done as long as the server's clock says, which is %s", async (_, ahead_ms) => {
  const now_ms = Date.now() + ahead_ms;
  set_server_clock(new Date(now_ms).toISOString());
  const sent_at_ms = now_ms - WITHIN_MS + 2_000;
  await act(() =>
    render(<Retract text="hello" until_ms={sent_at_ms + WITHIN_MS} retracting={nothing} />, root),
  );
  const is_offered = () => root.querySelector("button") !== null;

  expect(is_offered()).toBe(true);
  await pass(1_999);
  expect(is_offered()).toBe(true);
  await pass(1);
  expect(is_offered()).toBe(false);
});
