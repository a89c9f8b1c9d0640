// Tests of what was begun to write.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { draft_of, forget_drafts, has_drafts, open_drafts, write_draft } from "./drafts";

/** As after a reload: only what the tab has kept is left. */
async function reloaded(): Promise<typeof import("./drafts")> {
  vi.resetModules();
  return import("./drafts");
}

beforeEach(() => {
  forget_drafts();
  sessionStorage.clear();
  open_drafts("hana");
});

describe("a draft", () => {
  it("is kept by room, also over a reload", async () => {
    write_draft("one", "안녕");
    write_draft("two", "hello");

    const after = await reloaded();
    after.open_drafts("hana");
    expect(after.draft_of("one")).toBe("안녕");
    expect(after.draft_of("two")).toBe("hello");
  });

  it("is gone once it was sent", async () => {
    write_draft("one", "안녕");
    write_draft("one", "");

    expect(has_drafts()).toBe(false);
    expect(sessionStorage).toHaveLength(0);
  });

  it("is never shown to another member", async () => {
    write_draft("one", "안녕");

    const after = await reloaded();
    after.open_drafts("june");
    expect(after.draft_of("one")).toBe("");
    open_drafts("june");
    expect(draft_of("one")).toBe("");
  });

  it("leaves nothing behind when its member logs out", () => {
    write_draft("one", "안녕");
    forget_drafts();

    expect(draft_of("one")).toBe("");
    expect(sessionStorage).toHaveLength(0);
  });

  it("is there while the page is, where nothing may be kept", () => {
    const forbidden = () => {
      throw new DOMException("forbidden", "SecurityError");
    };
    vi.stubGlobal("sessionStorage", { getItem: forbidden, setItem: forbidden, removeItem: forbidden });
    write_draft("one", "안녕");
    expect(draft_of("one")).toBe("안녕");
    forget_drafts();
    expect(draft_of("one")).toBe("");
    open_drafts("hana");

    expect(has_drafts()).toBe(false);
    vi.unstubAllGlobals();
  });
});
