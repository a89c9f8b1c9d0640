// Tests of what is shown to somebody who waits, and of what one tap does.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Outlook } from "../api/match";
import { hold_session } from "../api/tokens";
import type { Ticket, Wish } from "../protocol/frames";
import { clear_match, match, on_waiting } from "../state/match";
import { set_server_clock } from "../state/server_clock";
import { first_wish } from "../state/wish";
import { en } from "../texts/en";
import { language } from "../texts/language";
import { Match } from "./match";

const picky: Wish = { ...first_wish, sex: "female", age_min: 25, max_distance_km: 25 };
const ticket_of = (wish: Wish): Ticket => ({ id: "t", since: new Date().toISOString(), ...wish });

let root: HTMLElement;
let expected: Outlook | undefined;
/** What the server was asked to look for instead. */
let wanted: Wish[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  language.value = "en";
  expected = undefined;
  wanted = [];
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    if (init.method === "PUT") wanted.push(JSON.parse(String(init.body)));
    return new Response(JSON.stringify({ ...ticket_of(wanted.at(-1) ?? picky), outlook: expected }));
  });
  hold_session({ access_token: "token", expires_in_s: 600, member: { id: "me" } } as never);
  root = document.createElement("div");
  document.body.append(root);
});

afterEach(async () => {
  await act(() => render(null, root));
  root.remove();
  clear_match();
  set_server_clock(new Date().toISOString());
  await vi.advanceTimersByTimeAsync(0);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Lets time go by, and then what was begun by it. */
async function pass(ms: number) {
  for (const part of [ms, 0, 0]) {
    await act(async () => {
      await vi.advanceTimersByTimeAsync(part);
    });
  }
}

async function wait_with(ticket: Ticket, notice: Parameters<typeof on_waiting>[1] = null) {
  on_waiting(ticket, notice);
  await act(() => render(<Match />, root));
  await pass(0);
}

const find = (test_id: string) => root.querySelector<HTMLElement>(`[data-testid="${test_id}"]`);
const text = (test_id: string) => find(test_id)?.textContent?.trim();
const chips = () => [...root.querySelectorAll(".condition")].map((chip) => chip.textContent);
const buttons = () => [...root.querySelectorAll(".button")].map((button) => button.textContent);

async function press(test_id: string) {
  const button = find(test_id);
  button?.focus();
  await act(() => button?.click());
  await pass(0);
}

describe("the outlook of who waits", () => {
  it("says how long it takes and how many are there, and no more than is known", async () => {
    expected = { in_reach_at_least: 1_000, wait_s: 75, narrowest: null };
    await wait_with(ticket_of(picky));

    expect(text("outlook-wait")).toBe("Lately it usually took about 1\u00a0min\u00a015\u00a0s");
    expect(text("outlook-in-reach")).toBe("1,000 or more people in reach are waiting");
    expect(find("waiting-widen")).toBeNull();
    expect(chips()).toEqual(["Female", "Aged 25 or over"]);
  });

  it("says so when too little is known, or hardly anybody is there", async () => {
    expected = { in_reach_at_least: 0, wait_s: null, narrowest: null };
    await wait_with(ticket_of(picky));

    expect(text("outlook-wait")).toBe(en.outlook.wait_unknown);
    expect(text("outlook-in-reach")).toBe("Fewer than 10 people in reach are waiting");
  });

  it("shows nothing when nothing is known", async () => {
    await wait_with(ticket_of(picky));

    expect(find("outlook")).toBeNull();
    expect(find("waiting-stop")).not.toBeNull();
  });

  it("is gone when nothing newer comes for a minute", async () => {
    expected = { in_reach_at_least: 10, wait_s: 40, narrowest: null };
    await wait_with(ticket_of(picky));
    vi.stubGlobal("fetch", async () => new Response("{}", { status: 503 }));
    await pass(59_000);
    expect(find("outlook")).not.toBeNull();
    await pass(2_000);

    expect(find("outlook")).toBeNull();
  });

  it.each([
    ["distance", "Look within 50 km", { max_distance_km: 50 }, ["Female", "Aged 25 or over"]],
    ["sex", "Any sex", { sex: null }, ["Aged 25 or over"]],
    ["age", "Any age", { age_min: null }, ["Female"]],
  ] as const)("offers one button for the narrowest: %s", async (narrowest, label, change, other_chips) => {
    expected = { in_reach_at_least: 10, wait_s: 40, narrowest };
    await wait_with(ticket_of(picky));
    expect(text("waiting-widen")).toBe(label);
    expect(text("outlook-narrowest")).toBe(en.outlook.narrowest(narrowest));
    expect(chips()).toEqual(other_chips);
    expected = { in_reach_at_least: 20, wait_s: 20, narrowest: null };
    await press("waiting-widen");

    expect(wanted).toEqual([{ ...picky, ...change }]);
    expect(text("outlook-in-reach")).toBe("20 or more people in reach are waiting");
    expect(find("waiting-widen")).toBeNull();
    expect(document.activeElement).toBe(root.querySelector("h1"));
  });

  it("does not offer what is given up already", async () => {
    expected = { in_reach_at_least: 10, wait_s: 40, narrowest: "language" };
    await wait_with(ticket_of(picky));

    expect(find("waiting-widen")).toBeNull();
  });

  it("offers one way to widen after a long wait: the narrowest if it is known, else the distance", async () => {
    await wait_with(ticket_of(picky), "long_wait");
    expect(buttons()).toEqual(["Look within 50 km", en.match.go_on, en.match.stop]);
    expected = { in_reach_at_least: 10, wait_s: 40, narrowest: "sex" };
    await pass(15_000);

    expect(buttons()).toEqual(["Any sex", en.match.go_on, en.match.stop]);
    expect(find("waiting-long")).not.toBeNull();
  });

  it("leads the focus on when the chip that has it gives way to the button", async () => {
    await wait_with(ticket_of(picky));
    find("condition-age")?.focus();
    expected = { in_reach_at_least: 10, wait_s: 40, narrowest: "age" };
    await pass(15_000);

    expect(find("condition-age")).toBeNull();
    expect(document.activeElement).toBe(find("condition-sex"));
  });
});

describe("a pause", () => {
  it("counts down by the clock of the page, asks nothing, and ends by itself", async () => {
    expected = { in_reach_at_least: 10, wait_s: 40, narrowest: "age" };
    await wait_with({ ...ticket_of(picky), paused_ms: 61_000 }, "paused");
    expect(text("waiting-pause-left")).toBe("We go on looking in 1:01.");
    expect(text("waiting-paused")).toBe(en.match.paused);
    // One clock that runs down, and none beside it that runs up.
    expect(root.querySelector(".rings-centre")?.textContent).toBe("1:01");
    expect(find("outlook")).toBeNull();
    expect(chips()).toEqual(["Female", "Aged 25 or over"]);
    await pass(31_000);
    expect(text("waiting-pause-left")).toBe("We go on looking in 0:30.");
    await pass(30_000);

    expect(find("waiting-pause-left")).toBeNull();
    expect(find("waiting-paused")).toBeNull();
    expect(root.querySelector("h1")?.textContent).toBe(en.match.waiting_title);
    expect(find("outlook")).not.toBeNull();
    expect(text("waiting-elapsed")).toBe("1:01");
  });

  it("is not longer than it was told to be when it begins between two ticks", async () => {
    await wait_with(ticket_of(picky));
    await pass(700);
    await act(() => on_waiting({ ...ticket_of(picky), paused_ms: 15_000 }, "paused"));

    expect(text("waiting-pause-left")).toBe("We go on looking in 0:15.");
  });

  it("is not read aloud every second", async () => {
    await wait_with({ ...ticket_of(picky), paused_ms: 15_000 }, "paused");

    expect(find("waiting-pause-left")?.closest("[aria-live], [role=status]")).toBeNull();
    expect(find("waiting-paused")?.closest("[aria-live]")).not.toBeNull();
  });

  it("lets conditions be dropped and the search be stopped", async () => {
    await wait_with({ ...ticket_of(picky), paused_ms: 15_000 }, "paused");
    await press("condition-sex");
    expect(wanted).toEqual([{ ...picky, sex: null }]);
    await press("waiting-stop");

    expect(match.value.name).toBe("idle");
  });
});

it.each([
  ["an hour ahead", 3_600_000],
  ["an hour behind", -3_600_000],
])("says how long the search has lasted when the server's clock is %s", async (_, ahead_ms) => {
  const at_server = (before_ms: number) => new Date(Date.now() + ahead_ms - before_ms).toISOString();
  set_server_clock(at_server(0));
  await wait_with({ ...ticket_of(picky), since: at_server(65_000) });

  expect(text("waiting-elapsed")).toBe("1:05");
});

it("says calmly that somebody was missed", async () => {
  await wait_with(ticket_of(picky), "missed");

  expect(text("waiting-missed")).toBe(en.match.missed);
  expect(find("waiting-missed")?.getAttribute("role")).toBe("status");
});
