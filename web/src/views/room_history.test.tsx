// Tests of what can be done with a message: taking one's own back, and following its links.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../api/problem";
import { example_message, example_room } from "../protocol/examples";
import type { Message, Room } from "../protocol/frames";
import { retract_message } from "../state/chat";
import { change_log, clear_logs } from "../state/messages";
import { looks_anew, note_what_is_new, nothing_is_new } from "../state/new_after";
import { retract_within_ms } from "../state/retracting";
import type { RoomEvent } from "../state/room_log";
import { session } from "../state/session";
import { en } from "../texts/en";
import { language } from "../texts/language";
import { History } from "./room_history";

vi.mock("../state/chat", () => ({ retract_message: vi.fn(), start_chat: vi.fn(), stop_chat: vi.fn() }));

const now = Date.parse("2026-11-24T12:00:00Z");
const room = example_room();

/** Said a minute ago, for what can still be taken back. */
function message(seq: number, from: string, text: string, over: Partial<Message> = {}): Message {
  const sent_at = new Date(now - 60_000).toISOString();
  return example_message(seq, seq - 1, { from, text, sent_at, ...over });
}

let root: HTMLElement;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now });
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.mocked(retract_message).mockReset();
  language.value = "en";
  localStorage.clear();
  session.value = { name: "in", member: { id: "me" } as never };
  retract_within_ms.value = 300_000;
  root = document.createElement("div");
  document.body.append(root);
});

afterEach(async () => {
  await act(() => render(null, root));
  root.remove();
  clear_logs();
  looks_anew();
  retract_within_ms.value = null;
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function show(messages: Message[], over: Partial<Room> = {}) {
  change_log("r", { type: "loaded_newest", messages, more: false });
  await act(() => render(<History room={{ ...room, ...over }} />, root));
}

const change = (event: RoomEvent) => act(() => void change_log("r", event));
const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
const all = (test_id: string) => [...root.querySelectorAll<HTMLElement>(`[data-testid="${test_id}"]`)];
const shown = () => all("message-text").map((one) => one.textContent);
async function press(test_id: string) {
  const button = all(test_id)[0];
  button?.focus();
  await act(async () => button?.click());
}

describe("taking back", () => {
  it("is offered for one's own messages, as long as the server allows it", async () => {
    await show([
      message(1, "me", "long ago", { sent_at: new Date(now - 301_000).toISOString() }),
      message(2, "partner", "theirs"),
      message(3, "me", "mine"),
    ]);
    expect(all("message-retract").map((one) => one.getAttribute("aria-label"))).toEqual(["Retract: mine"]);

    await pass(239_000);
    expect(all("message-retract")).toHaveLength(1);
    await pass(1_500);

    expect(all("message-retract")).toHaveLength(0);
  });

  it("is not offered in a room that is over, nor by a server that cannot do it", async () => {
    await show([message(1, "me", "mine")], { open: false, closed_by: "partner" });
    expect(all("message-retract")).toHaveLength(0);

    retract_within_ms.value = null;
    await show([]);

    expect(all("message-retract")).toHaveLength(0);
  });

  it("says so in place, tells who listens, and does not lose the focus", async () => {
    vi.mocked(retract_message).mockImplementation(async (room, id) => {
      change_log(room, { type: "retracted", id });
    });
    await show([message(1, "me", "oops"), message(2, "partner", "hi")]);

    await press("message-retract");

    expect(retract_message).toHaveBeenCalledExactlyOnceWith("r", "m1");
    expect(shown()).toEqual([en.room.retracted, "hi"]);
    expect(root.innerHTML).not.toContain("oops");
    expect(all("retracted-by-me")[0]?.textContent).toBe(en.room.retracted_by_me);
    expect(document.activeElement).toBe(all("history")[0]);
  });

  it("says why not when the server refuses", async () => {
    vi.mocked(retract_message).mockRejectedValue(new Problem("retract_too_late", 0));
    await show([message(1, "me", "oops")]);

    await press("message-retract");

    expect(all("not-retracted")[0]?.textContent).toBe("Not retracted · It was sent too long ago.");
    expect(shown()).toEqual(["oops"]);
  });
});

describe("links", () => {
  const links = () => [...root.querySelectorAll<HTMLAnchorElement>('[data-testid="message-link"]')];

  it("of a partner are words in the first five messages, and links afterwards", async () => {
    await show([
      message(1, "me", "mine https://example.com/0"),
      ...[2, 3, 4, 5, 6, 7].map((seq) => message(seq, "partner", `see https://example.com/${seq}`)),
    ]);

    expect(links().map((link) => link.href)).toEqual(["https://example.com/0", "https://example.com/7"]);
    expect(all("links-off")).toHaveLength(5);
    for (const link of links()) {
      expect(link.rel).toBe("noopener noreferrer nofollow");
      expect(link.target).toBe("_blank");
    }
  });

  it("can be followed once the reader agreed, and not before", async () => {
    await show([message(1, "partner", "see https://example.com/1"), message(2, "partner", "no link")]);
    expect(all("links-off")).toHaveLength(1);

    await press("links-off");
    expect(all("links-dialog")).toHaveLength(1);
    expect(links()).toEqual([]);
    await press("links-confirm");

    expect(links().map((link) => link.href)).toEqual(["https://example.com/1"]);
    expect(all("links-off")).toEqual([]);
    expect(all("links-dialog")).toEqual([]);
    expect(document.activeElement).toBe(all("history")[0]);
  });
});

describe("what is new", () => {
  const divider = () => all("new-from-here").map((one) => one.nextElementSibling?.textContent);

  it("begins at the first message of the partner that was not read", async () => {
    note_what_is_new({ ...room, read_seq: 2, unread: 2 });

    await show([1, 2, 3, 4, 5].map((seq) => message(seq, seq === 3 ? "me" : "partner", `text ${seq}`)));

    expect(divider()).toEqual([expect.stringContaining("text 4")]);
  });

  it("is not told of what comes in while somebody looks, nor of what may be in an older page", async () => {
    note_what_is_new({ ...room, read_seq: 2, unread: 0 });
    await show([message(2, "partner", "read")]);
    await change({ type: "received", message: message(3, "partner", "live") });
    expect(divider()).toEqual([]);

    looks_anew();
    note_what_is_new({ ...room, read_seq: 1, unread: 60 });
    await change({ type: "outdated" });
    await change({ type: "loaded_newest", messages: [message(9, "partner", "far on")], more: true });

    expect(divider()).toEqual([]);
  });

  it("is over for who writes", async () => {
    note_what_is_new({ ...room, read_seq: 1, unread: 1 });
    await show([message(1, "partner", "old"), message(2, "partner", "new")]);
    expect(divider()).toHaveLength(1);

    await act(() => nothing_is_new("r"));

    expect(divider()).toEqual([]);
  });
});

describe("a long history", () => {
  const many = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, at) => message(from + at, "partner", `text ${from + at}`));

  it("draws nothing anew but what has changed", async () => {
    await show(many(1, 50));
    const lines = all("message");
    const changed: Node[] = [];
    const watcher = new MutationObserver((all) => changed.push(...all.map((one) => one.target)));
    watcher.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });

    await change({ type: "received", message: message(51, "partner", "text 51") });

    watcher.disconnect();
    expect(all("message").slice(0, 50)).toEqual(lines);
    const touched = lines.filter((line) => changed.some((node) => line.parentElement?.contains(node)));
    // The one before the new one is no longer the last of its group.
    expect(touched.map((line) => line.dataset.id)).toEqual(["m50"]);
  });

  it("opens with its newest lines only", async () => {
    change_log("r", { type: "loaded_newest", messages: many(1, 200), more: true });

    await show([]);

    expect(shown().length).toBeLessThanOrEqual(60);
    expect(shown().at(-1)).toBe("text 200");
  });
});

describe("a tall message", () => {
  it("is folded until somebody wants all of it", async () => {
    await show([message(1, "partner", "line\n".repeat(100)), message(2, "partner", "short")]);
    expect(all("message-unfold").map((one) => one.textContent)).toEqual([en.room.show_all]);

    await press("message-unfold");

    expect(all("message-unfold")[0]?.getAttribute("aria-expanded")).toBe("true");
    expect(all("message-text")[0]?.className).toBe("");
  });
});
