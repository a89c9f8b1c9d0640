// Tests of pictures in the history: their place, their links, hidden ones, large ones, and those on their way.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hold_session } from "../api/tokens";
import { example_room } from "../protocol/examples";
import type { Message, Room } from "../protocol/frames";
import { pictures_agreed } from "../state/agreed";
import { discard_message, try_image_again } from "../state/chat";
import { connection } from "../state/connection";
import { clear_image_links } from "../state/image_links";
import { hold_image, image_is_being_said, let_go_images } from "../state/image_sending";
import { change_log, clear_logs } from "../state/messages";
import { retract_within_ms } from "../state/retracting";
import { session } from "../state/session";
import { en } from "../texts/en";
import { language } from "../texts/language";
import { History } from "./room_history";

vi.mock("../state/chat", () => ({
  discard_message: vi.fn(),
  try_image_again: vi.fn(),
  start_chat: vi.fn(),
  stop_chat: vi.fn(),
}));

const room = example_room();
const picture: Message = {
  room: "r",
  seq: 1,
  prev: 0,
  id: "m1",
  from: "partner",
  kind: "image",
  text: "",
  image: { id: "i", width: 1_600, height: 1_200 },
  sent_at: new Date().toISOString(),
  stored: true,
};
const links = (sign: string) => ({
  small: `/api/v1/files/i-small.jpg?signature=${sign}`,
  large: `/api/v1/files/i-large.jpg?signature=${sign}`,
});

let root: HTMLElement;
let asked: string[];
let answer: () => Response;
let come_into_view: (() => void)[];

beforeEach(() => {
  asked = [];
  come_into_view = [];
  answer = () => new Response(JSON.stringify(links(String(asked.length))));
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path.replace("/api/v1", ""));
    return answer();
  });
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(seen: (all: object[]) => void) {
        come_into_view.push(() => seen([{ isIntersecting: true }]));
      }
      observe() {}
      disconnect() {}
    },
  );
  hold_session({ access_token: "token", expires_in_s: 600, member: { id: "me" } } as never);
  session.value = { name: "in", member: { id: "me" } as never };
  connection.value = { name: "ready" };
  language.value = "en";
  root = document.createElement("div");
  document.body.append(root);
});

afterEach(async () => {
  await act(() => render(null, root));
  root.remove();
  clear_logs();
  clear_image_links();
  let_go_images();
  retract_within_ms.value = null;
  vi.unstubAllGlobals();
});

/** Each test has a room of its own: what was agreed to stays. */
async function show(id: string, message: Message | null, over: Partial<Room> = {}) {
  const messages = message ? [{ ...message, room: id }] : [];
  change_log(id, { type: "loaded_newest", messages, more: false });
  await act(() => render(<History room={{ ...room, id, ...over }} />, root));
}

async function show_agreed(id: string, message = picture) {
  pictures_agreed.turn_on(id);
  await show(id, message);
}

const find = <E extends HTMLElement>(test_id: string) => root.querySelector<E>(`[data-testid="${test_id}"]`);
const settle = () => act(() => new Promise((resolve) => setTimeout(resolve)));
const image = () => find("message-picture")?.querySelector("img") ?? null;
const state = () => find("message-picture")?.getAttribute("data-state");

async function scroll_to_it() {
  await act(async () => {
    for (const seen of come_into_view.splice(0)) seen();
  });
  await settle();
}

async function press(test_id: string) {
  find(test_id)?.focus();
  await act(async () => find(test_id)?.click());
  await settle();
}

async function break_image() {
  await act(async () => void image()?.dispatchEvent(new Event("error")));
  await settle();
}

describe("a picture that was received", () => {
  it("has its place before it is there, and is asked for when it comes into view", async () => {
    await show_agreed("seen");
    expect(find("message-picture")?.style.getPropertyValue("--picture-ratio")).toBe(String(4 / 3));
    expect(asked).toEqual([]);
    expect(root.querySelector('[role="img"]')?.getAttribute("aria-label")).toMatch(/^Picture from june, /);

    await scroll_to_it();

    expect(asked).toEqual(["/rooms/seen/images/i"]);
    expect(image()?.getAttribute("src")).toBe(links("1").small);
    expect(image()?.alt).toMatch(/^Picture from june, /);
  });

  it("that is very long or wide is cut to fit", async () => {
    await show_agreed("long", { ...picture, image: { id: "i", width: 20, height: 1_600 } });

    expect(find("message-picture")?.style.getPropertyValue("--picture-ratio")).toBe("0.45");
  });

  it("has a new link once when the first leads nowhere, and says so when that does not, either", async () => {
    await show_agreed("broken");
    await scroll_to_it();
    await break_image();
    expect(image()?.getAttribute("src")).toBe(links("2").small);
    await break_image();
    expect(state()).toBe("broken");
    expect(root.textContent).toContain(en.picture.broken);
    expect(asked).toHaveLength(2);

    await press("picture-again");

    expect(image()?.getAttribute("src")).toBe(links("3").small);
  });

  it("has a new link again when it was shown in between", async () => {
    await show_agreed("long-lived");
    await scroll_to_it();
    await break_image();
    await act(async () => void image()?.dispatchEvent(new Event("load")));
    await break_image();

    expect(image()?.getAttribute("src")).toBe(links("3").small);
  });

  it("that could not be had is asked for again when the connection is back", async () => {
    answer = () => {
      throw new TypeError("no network");
    };
    await show_agreed("offline");
    await act(() => {
      connection.value = { name: "offline" };
    });
    await scroll_to_it();
    expect(state()).toBe("broken");

    answer = () => new Response(JSON.stringify(links("back")));
    await act(() => {
      connection.value = { name: "ready" };
    });
    await settle();

    expect(image()?.getAttribute("src")).toBe(links("back").small);
  });

  it("is hidden, and not even asked for, until the reader agrees once in that room", async () => {
    await show("strange", picture);
    await scroll_to_it();
    expect(state()).toBe("hidden");
    expect(image()).toBeNull();
    expect(asked).toEqual([]);

    await press("pictures-off");
    expect(find("pictures-dialog")?.textContent).toContain(en.picture.allow_text);
    await press("pictures-confirm");
    expect(document.activeElement).toBe(find("history"));
    await scroll_to_it();
    expect(image()?.getAttribute("src")).toBe(links("1").small);

    await show("another", picture);
    expect(state()).toBe("hidden");
  });

  it("leaves nothing when it was taken back", async () => {
    await show_agreed("taken-back");
    await scroll_to_it();
    await act(() => {
      change_log("taken-back", { type: "retracted", id: "m1" });
    });

    expect(image()).toBeNull();
    expect(root.textContent).toContain(en.room.retracted);
  });
});

describe("a large picture", () => {
  it("opens over the page, and gives the focus back when it closes", async () => {
    await show_agreed("large");
    await scroll_to_it();
    await press("picture-open");
    await scroll_to_it();
    expect(find("light-box")?.getAttribute("aria-label")).toMatch(/^Picture from june, /);
    expect(find("light-box-picture")?.getAttribute("src")).toBe(links("1").large);
    expect(asked).toHaveLength(1);
    expect(document.activeElement).toBe(find("light-box-close"));
    expect(root.querySelector("a")).toBeNull();

    await act(async () => void find("light-box")?.dispatchEvent(new Event("cancel", { cancelable: true })));

    expect(find("light-box")).toBeNull();
    expect(document.activeElement).toBe(find("picture-open"));
  });

  it("is closed by going back, and by a press beside it", async () => {
    const back = vi.spyOn(history, "back").mockImplementation(() => {});
    await show_agreed("back");
    await scroll_to_it();
    await press("picture-open");
    await act(async () => {
      history.replaceState(null, "");
      window.dispatchEvent(new PopStateEvent("popstate"));
    });
    expect(find("light-box")).toBeNull();
    expect(back).not.toHaveBeenCalled();

    await press("picture-open");
    await scroll_to_it();
    await press("light-box-picture");
    expect(find("light-box")).not.toBeNull();
    await press("light-box");

    expect(find("light-box")).toBeNull();
    expect(back).toHaveBeenCalledOnce();
    back.mockRestore();
  });
});

describe("a picture of one's own", () => {
  async function show_unsent(id: string, over: Partial<Room> = {}) {
    hold_image("c", id, new Blob(["bytes"], { type: "image/jpeg" }));
    const entry = { cid: "c", text: "", image: { width: 4, height: 3 }, written_at: Date.now() };
    change_log(id, { type: "written", entries: [entry] });
    await show(id, null, over);
  }

  it("is shown from memory at once, and can be given up on its way", async () => {
    await show_unsent("own");

    expect(image()?.src).toMatch(/^blob:/);
    expect(image()?.alt).toMatch(/^Your picture, /);
    expect(find("picture-sending")?.textContent).toBe(en.picture.waiting);
    await press("picture-stop");
    expect(discard_message).toHaveBeenCalledExactlyOnceWith("own", "c");
    expect(document.activeElement).toBe(find("history"));
    expect(asked).toEqual([]);
  });

  it("cannot be given up once it is tried to be sent, nor when an earlier page may have sent it", async () => {
    await show_unsent("tried");
    expect(find("picture-stop")).not.toBeNull();
    await act(() => image_is_being_said("c"));
    expect(find("picture-sending")).not.toBeNull();
    expect(find("picture-stop")).toBeNull();

    const entry = { cid: "left", text: "", image: { id: "i", width: 4, height: 3 }, written_at: 1 };
    change_log("restored", { type: "written", entries: [entry] });
    await show("restored", null);
    expect(find("picture-sending")).not.toBeNull();
    expect(find("picture-stop")).toBeNull();
  });

  it("that is refused says why, and can be tried again or removed", async () => {
    vi.mocked(discard_message).mockClear();
    await show_unsent("refused");
    await act(() => {
      change_log("refused", { type: "refused", cid: "c", code: "unsupported_media_type" });
    });

    expect(find("refused")?.textContent).toContain(en.picture_problem.unsupported_media_type);
    await press("refused-again");
    expect(try_image_again).toHaveBeenCalledExactlyOnceWith("refused", "c");
    await press("refused-discard");
    expect(discard_message).toHaveBeenCalledExactlyOnceWith("refused", "c");
  });

  it("cannot be tried again without the picture, nor in a room that is over", async () => {
    await show_unsent("over", { open: false });
    await act(() => {
      change_log("over", { type: "refused", cid: "c", code: "room_closed" });
    });
    expect(find("refused-discard")).not.toBeNull();
    expect(find("refused-again")).toBeNull();

    const entry = { cid: "left", text: "", image: { id: "i", width: 4, height: 3 }, written_at: 1 };
    change_log("reloaded", { type: "written", entries: [entry] });
    change_log("reloaded", { type: "refused", cid: "left", code: "image_token_invalid" });
    await show("reloaded", null);

    expect(find("refused")?.textContent).toContain(en.picture_problem.image_not_kept);
    expect(find("refused-again")).toBeNull();
    await show("reloaded", null, { open: false });
    expect(find("refused")?.textContent).not.toContain(en.picture_problem.image_not_kept);
  });

  it("that waited too long need not be chosen again while it can be tried again", async () => {
    await show_unsent("waited");
    await act(() => {
      change_log("waited", { type: "refused", cid: "c", code: "image_token_invalid" });
    });

    expect(find("refused")?.textContent).toContain(en.picture_problem.image_token_invalid);
    expect(find("refused")?.textContent).not.toContain(en.picture_problem.image_not_kept);
    expect(find("refused-again")).not.toBeNull();
  });

  it("can be taken back like words", async () => {
    retract_within_ms.value = 300_000;
    await show("mine", { ...picture, from: "me" });

    expect(find("message-retract")?.getAttribute("aria-label")).toBe("Retract: Picture");
  });
});
