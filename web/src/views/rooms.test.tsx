// Tests of the list of rooms: looking for one, and its order.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { get_rooms } from "../api/rooms";
import { example_room } from "../protocol/examples";
import type { Message, Room } from "../protocol/frames";
import { change_room, clear_rooms, load_rooms, room_with_message } from "../state/rooms";
import { session } from "../state/session";
import { en } from "../texts/en";
import { language } from "../texts/language";
import { RoomList } from "./rooms";

vi.mock("../api/rooms", () => ({ get_rooms: vi.fn(), get_room: vi.fn() }));

function message(room: string, text: string, minute: number): Message {
  const sent_at = `2026-11-24T12:${String(minute).padStart(2, "0")}:00Z`;
  return {
    room,
    seq: 100 + minute,
    prev: 0,
    id: `m${minute}`,
    from: "x",
    kind: "text",
    text,
    sent_at,
    stored: true,
  };
}

/** The first is the newest. */
const room = (at: number, nickname: string, text = "hi"): Room => {
  const id = `r${at}`;
  const partner = { id: `p${at}`, nickname, image: null, withdrawn: false };
  return example_room({ id, partner, last_message: message(id, text, 50 - at), last_seq: 150 - at });
};
const six = ["june", "하나", "노을", "мира", "Zoé", "준"].map((name, at) => room(at, name));

let root: HTMLElement;

beforeEach(() => {
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  language.value = "en";
  session.value = { name: "in", member: { id: "me" } as never };
  vi.mocked(get_rooms).mockReset();
  root = document.createElement("div");
  document.body.append(root);
});

afterEach(async () => {
  await act(() => render(null, root));
  root.remove();
  clear_rooms();
  vi.unstubAllGlobals();
});

async function show(rooms: Room[], next: string | null = null) {
  vi.mocked(get_rooms).mockResolvedValueOnce({ rooms, next });
  await load_rooms();
  await act(() => render(<RoomList />, root));
}

const all = (test_id: string) => [...root.querySelectorAll<HTMLElement>(`[data-testid="${test_id}"]`)];
const names = () => all("room-row").map((row) => row.querySelector("bdi")?.textContent);
const found_words = () => all("rooms-search-found")[0]?.textContent;
const box = () => all("rooms-search")[0] as HTMLInputElement;
async function look_for(wanted: string) {
  await act(async () => {
    box().value = wanted;
    box().dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
}

describe("looking for a room", () => {
  it("is offered when there are more than a few", async () => {
    await show(six.slice(0, 5));
    expect(all("rooms-search")).toEqual([]);

    await act(async () => {
      vi.mocked(get_rooms).mockResolvedValueOnce({ rooms: six, next: null });
      await load_rooms();
    });

    expect(all("rooms-search")).toHaveLength(1);
  });

  it("finds names and last messages, in the letters of each language", async () => {
    await show([...six, room(6, "강물", "오늘 반가웠어요")]);

    await look_for("ZOE\u0301");
    expect(names()).toEqual(["Zoé"]);
    expect(found_words()).toBe(en.rooms.found(1));
    await look_for("ㅂㄱㅇ");
    expect(names()).toEqual(["강물"]);
    await look_for("nobody");
    expect(names()).toEqual([]);
    expect(found_words()).toContain(en.rooms.found_none);
  });

  it("is over with Escape", async () => {
    await show(six);
    await look_for("하나");

    await act(() => void box().dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })));

    expect(box().value).toBe("");
    expect(names()).toHaveLength(6);
  });

  it("looks in all pages of the list, and not before it is asked to", async () => {
    await show(six, "2");
    expect(get_rooms).toHaveBeenCalledTimes(1);
    vi.mocked(get_rooms).mockResolvedValueOnce({ rooms: [room(7, "강물")], next: "3" });
    vi.mocked(get_rooms).mockResolvedValueOnce({ rooms: [room(8, "달빛")], next: null });

    await look_for("달");
    await vi.waitFor(() => expect(found_words()).toBe(en.rooms.found(1)));

    expect(names()).toEqual(["달빛"]);
    expect(vi.mocked(get_rooms).mock.calls).toEqual([[null], ["2"], ["3"]]);
  });

  it("goes on where a page could not be had, when it is asked to", async () => {
    await show(six, "2");
    vi.mocked(get_rooms).mockRejectedValueOnce(new Error("no network"));
    await look_for("달");
    await vi.waitFor(() => expect(all("rooms-search-again")).toHaveLength(1));
    expect(found_words()).toBe("");
    vi.mocked(get_rooms).mockResolvedValueOnce({ rooms: [room(8, "달빛")], next: null });

    await act(async () => all("rooms-search-again")[0]?.click());
    await vi.waitFor(() => expect(names()).toEqual(["달빛"]));
  });
});

describe("the order", () => {
  it("changes with a message, and the row that has the focus keeps it", async () => {
    await show(six);
    const row = all("room-row")[3];
    row?.focus();

    await act(() => change_room("r3", (one) => room_with_message(one, message("r3", "me first", 59), true)));

    expect(names()[0]).toBe("мира");
    expect(all("room-row")[0]).toBe(row);
    expect(document.activeElement).toBe(row);
  });

  it("is not set back by a page that was asked for before a message came", async () => {
    await show(six);
    await act(() => change_room("r3", (one) => room_with_message(one, message("r3", "newer", 59), true)));

    vi.mocked(get_rooms).mockResolvedValueOnce({ rooms: six, next: null });
    await act(() => load_rooms());

    expect(names()[0]).toBe("мира");
    expect(all("room-unread")).toHaveLength(1);
  });
});
