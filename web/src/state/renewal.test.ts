// Tests of when an old page may renew itself.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Member } from "../api/session";
import { route } from "../routes";
import { sound } from "./calling";
import { connection } from "./connection";
import { forget_drafts, write_draft } from "./drafts";
import { match } from "./match";
import { not_looking } from "./match_phase";
import { change_log, clear_logs } from "./messages";
import { discard_changes, write_profile } from "./profile";
import { is_harmless, start_renewal } from "./renewal";
import { session } from "./session";
import { newer_version } from "./shell";

const member = {
  id: "me",
  nickname: "hana",
  introduction: "",
  interests: [],
  languages: [],
} as unknown as Member;

beforeEach(() => {
  session.value = { name: "in", member };
  connection.value = { name: "ready" };
  route.value = { name: "rooms" };
  match.value = not_looking;
});

afterEach(() => {
  forget_drafts();
  clear_logs();
  discard_changes();
  sound.turn(false);
  newer_version.value = false;
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("a reload takes nothing away", () => {
  it("on a plain page, logged in or not", () => {
    expect(is_harmless()).toBe(true);
    session.value = { name: "out", because: null };
    route.value = { name: "landing" };

    expect(is_harmless()).toBe(true);
  });
});

describe("a reload would take something away", () => {
  const cases: Record<string, () => void> = {
    "where words are read or written": () => {
      route.value = { name: "room", room: "r" };
    },
    "from a form": () => {
      route.value = { name: "me_section", section: "password" };
    },
    "with a message begun in another room": () => write_draft("r", "안녕"),
    "with a message that was refused": () => {
      change_log("r", { type: "written", entries: [{ cid: "c", text: "no", written_at: 0 }] });
      change_log("r", { type: "refused", cid: "c", code: "message_not_acceptable" });
    },
    "with an unsaved profile": () => write_profile(member, { introduction: "hello" }),
    "while looking for somebody": () => {
      match.value = { ...not_looking, name: "joining" } as typeof match.value;
    },
    "behind a dialog": () => {
      const dialog = document.createElement("dialog");
      dialog.setAttribute("open", "");
      document.body.append(dialog);
    },
    "without a connection": () => {
      connection.value = { name: "offline" };
    },
    "with the sound on, which a page that nobody has touched may not make": () => sound.turn(true),
    "before it is known who is here": () => {
      session.value = { name: "unknown", unreachable: true };
    },
  };
  for (const [name, given] of Object.entries(cases))
    it(name, () => {
      given();

      expect(is_harmless()).toBe(false);
    });
});

it("renews itself once nobody has looked for a minute, and not before", () => {
  vi.useFakeTimers();
  const reload = vi.spyOn(location, "reload").mockImplementation(() => {});
  let state: DocumentVisibilityState = "visible";
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => state);
  start_renewal();
  newer_version.value = true;
  vi.advanceTimersByTime(300_000);
  expect(reload).not.toHaveBeenCalled();

  state = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(59_000);
  state = "visible";
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(300_000);
  expect(reload).not.toHaveBeenCalled();

  state = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(60_000);
  expect(reload).toHaveBeenCalledOnce();
});
