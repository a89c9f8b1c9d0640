// Tests of whom is called for what, on the only page of a browser.
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { get_room } from "../api/rooms";
import { example_room } from "../protocol/examples";
import type { Message, Proposal } from "../protocol/frames";
import { route } from "../routes";
import { permission, sound, turn_notifications } from "../state/calling";
import { last_incoming, visible_room } from "../state/chat";
import { clear_match, on_match_ended, on_proposed } from "../state/match";
import { clear_rooms, put_rooms, rooms_loaded } from "../state/rooms";
import { en } from "../texts/en";
import { language } from "../texts/language";
import { can_chime, chime } from "../ui/chime";
import { start_calls } from "./calls";
import { close_notification, notify } from "./notification";

vi.mock("../ui/chime", () => ({
  chime: vi.fn(),
  can_chime: vi.fn(() => true),
  unlock_chime: vi.fn(),
  E5: 1,
  A5: 2,
  C6: 3,
}));
vi.mock("../api/rooms", () => ({ get_room: vi.fn() }));
vi.mock("./notification", () => ({
  notify: vi.fn(async () => {}),
  close_notification: vi.fn(async () => {}),
  close_all_notifications: vi.fn(async () => {}),
  shown_notifications: async () => [],
}));

let has_focus = false;
let ids = 0;

beforeAll(() => {
  vi.spyOn(document, "hasFocus").mockImplementation(() => has_focus);
  start_calls();
});

beforeEach(async () => {
  vi.mocked(notify).mockClear();
  vi.mocked(close_notification).mockClear();
  vi.mocked(chime).mockClear();
  language.value = "en";
  route.value = { name: "match" };
  permission.value = "granted";
  vi.stubGlobal("Notification", { permission: "granted" });
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { serviceWorker: {} }));
  await turn_notifications(true);
  sound.turn(true);
  look(false);
  rooms_loaded.value = true;
  put_rooms([example_room({ unread: 1 })]);
});

afterEach(() => {
  last_incoming.value = null;
  visible_room.value = null;
  clear_rooms();
  clear_match();
  vi.unstubAllGlobals();
});

function look(at_it: boolean) {
  has_focus = at_it;
  window.dispatchEvent(new Event(at_it ? "focus" : "blur"));
}

const settled = () => new Promise((later) => setTimeout(later));

async function comes(over: Partial<Message> = {}) {
  ids += 1;
  const message = {
    room: "r",
    id: `m${ids}`,
    kind: "text",
    text: "secret",
    sent_at: new Date().toISOString(),
  };
  last_incoming.value = { ...message, ...over } as Message;
  await settled();
}

const proposed = (expires_in_ms: number) => {
  ids += 1;
  return { id: `p${ids}`, token: "token", expires_in_ms, answered: null } as Proposal;
};

describe("a message", () => {
  it("calls who does not look, with the name and not the words", async () => {
    await comes();

    expect(chime).toHaveBeenCalledOnce();
    expect(notify).toHaveBeenCalledExactlyOnceWith({
      tag: "room.r",
      title: "june",
      body: en.calls.messages(1),
      path: "/rooms/r",
    });
    expect(JSON.stringify(vi.mocked(notify).mock.calls)).not.toContain("secret");
  });

  it("only sounds for who looks at something else here", async () => {
    look(true);
    await comes();

    expect(chime).toHaveBeenCalledOnce();
    expect(notify).not.toHaveBeenCalled();
  });

  it("leaves the sound to another page where this one may not make any", async () => {
    vi.mocked(can_chime).mockReturnValueOnce(false);
    await comes();

    expect(chime).not.toHaveBeenCalled();
    expect(notify).toHaveBeenCalledOnce();
  });

  it("calls for a room that is further down in the list than this page has it", async () => {
    vi.mocked(get_room).mockResolvedValueOnce(example_room({ id: "far", unread: 1 }));
    await comes({ room: "far" });

    expect(notify).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ tag: "room.far" }));
  });

  it("calls nobody who looks at its room", async () => {
    visible_room.value = "r";
    look(true);
    await comes();

    expect(chime).not.toHaveBeenCalled();
    expect(notify).not.toHaveBeenCalled();
  });

  it("calls nobody once it is old", async () => {
    await comes({ sent_at: new Date(Date.now() - 11_000).toISOString() });

    expect(chime).not.toHaveBeenCalled();
    expect(notify).not.toHaveBeenCalled();
  });

  it("is silent or unseen where that was not turned on", async () => {
    sound.turn(false);
    await comes();
    expect(chime).not.toHaveBeenCalled();
    expect(notify).toHaveBeenCalledOnce();
    await turn_notifications(false);
    await comes();

    expect(notify).toHaveBeenCalledOnce();
  });

  it("that was read elsewhere takes its notification along", async () => {
    await comes();
    put_rooms([example_room({ unread: 0 })]);

    expect(close_notification).toHaveBeenCalledWith("room.r");
  });
});

describe("a proposal", () => {
  it("calls until it is over", async () => {
    const proposal = proposed(30_000);
    on_proposed(proposal);
    await settled();
    expect(chime).toHaveBeenCalledOnce();
    expect(notify).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ tag: "proposal", path: "/match" }),
    );
    vi.mocked(close_notification).mockClear();
    on_match_ended("expired", null, proposal.id);

    expect(close_notification).toHaveBeenCalledWith("proposal");
  });

  it("is only heard by who looks", async () => {
    look(true);
    on_proposed(proposed(30_000));
    await settled();
    expect(chime).toHaveBeenCalledOnce();
    expect(notify).not.toHaveBeenCalled();
  });

  it("that was shown before a reload calls nobody", async () => {
    on_proposed(proposed(15_000));
    await settled();

    expect(chime).not.toHaveBeenCalled();
    expect(notify).not.toHaveBeenCalled();
  });
});
