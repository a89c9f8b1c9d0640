// Tests of the profile as it is being written.
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Member } from "../api/session";
import { hold_session } from "../api/tokens";
import {
  chars,
  discard_changes,
  profile_changes,
  profile_of,
  profile_shown,
  save_profile,
  unsaved_changes,
  write_profile,
} from "./profile";

const member = {
  id: "me",
  nickname: "hana",
  introduction: "hello",
  interests: ["film"],
  languages: ["ko"],
} as Member;

afterEach(() => {
  discard_changes();
  vi.unstubAllGlobals();
});

describe("a profile", () => {
  it("is sent with what differs, and only that", () => {
    const saved = profile_of(member);

    expect(profile_changes(saved, { ...saved, nickname: " june ", introduction: "hello " })).toEqual({
      nickname: "june",
    });
    expect(profile_changes(saved, { ...saved, interests: ["film", "books"] })).toEqual({
      interests: ["film", "books"],
    });
    expect(profile_changes(saved, { ...saved, introduction: "" })).toEqual({ introduction: "" });
  });

  it("does not differ when tags only stand in another order", () => {
    const saved = profile_of({ ...member, interests: ["film", "books"] });

    expect(profile_changes(saved, { ...saved, interests: ["books", "film"] })).toBeNull();
  });

  it("counts an emoji as one, as the server does", () => {
    expect(chars("노을 🌇")).toBe(4);
  });

  it("stays written until it is thrown away", () => {
    write_profile(member, { introduction: "half a sen" });
    write_profile(member, { nickname: "june" });

    expect(profile_shown(member)).toMatchObject({ introduction: "half a sen", nickname: "june" });
    discard_changes();
    expect(unsaved_changes(member)).toBeNull();
  });

  it("is never shown to another member of this browser", () => {
    write_profile(member, { introduction: "mine" });

    expect(profile_shown({ ...member, id: "other" }).introduction).toBe("hello");
  });

  it("keeps what is written while an earlier state is being saved, and all of it when saving fails", async () => {
    hold_session({ access_token: "token", expires_in_s: 600, member });
    write_profile(member, { introduction: "first" });
    vi.stubGlobal("fetch", async () => {
      write_profile(member, { introduction: "first and second" });
      return new Response(JSON.stringify({ ...member, introduction: "first" }));
    });
    await save_profile(member);
    expect(profile_shown(member).introduction).toBe("first and second");

    vi.stubGlobal("fetch", async () => new Response("{}", { status: 503 }));
    await expect(save_profile(member)).rejects.toMatchObject({ status: 503 });
    expect(profile_shown(member).introduction).toBe("first and second");
  });
});
