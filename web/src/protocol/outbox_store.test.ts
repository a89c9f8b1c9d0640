// Tests of what is left of the outbox after the page was left at the worst moment.
import { afterEach, describe, expect, it, vi } from "vitest";
import { lasting_outbox_store } from "./outbox_store";

const entry = (cid: string, written_at: number) => ({ cid, room: "r", text: cid, written_at });

afterEach(() => {
  localStorage.clear();
  vi.unstubAllGlobals();
});

/** IndexedDB as a page finds it again that was left before its removals were committed. */
function uncommitted_database(rows: object[]) {
  const answered = (result: unknown) => {
    const request = { result, onsuccess: () => {} };
    queueMicrotask(() => request.onsuccess());
    return request;
  };
  const deleted: string[] = [];
  const table = {
    index: () => ({ getAll: () => answered(rows) }),
    delete: (cid: string) => deleted.push(cid),
  };
  const database = { transaction: () => ({ objectStore: () => table }) };
  vi.stubGlobal("indexedDB", { open: () => answered(database) });
  return deleted;
}

describe("the lasting outbox store", () => {
  it("has noted a message before its write could even begin", async () => {
    void lasting_outbox_store().put("me", entry("a", 1));

    expect((await lasting_outbox_store().load("me")).map((one) => one.cid)).toEqual(["a"]);
  });

  it("gives back what a member wrote, in that order, and nobody else's", async () => {
    const store = lasting_outbox_store();
    await store.put("me", entry("b", 2));
    await store.put("me", entry("a", 1));
    await store.put("somebody else", entry("c", 3));

    expect((await store.load("me")).map((one) => one.cid)).toEqual(["a", "b"]);
  });

  it("forgets what is removed", async () => {
    const store = lasting_outbox_store();
    await store.put("me", entry("a", 1));

    await store.remove(["a"]);

    expect(await store.load("me")).toEqual([]);
  });

  it("does not give back what was removed when the page was left before that was committed", async () => {
    uncommitted_database([{ ...entry("a", 1), member: "me" }]);
    void lasting_outbox_store().remove(["a"]);

    const deleted = uncommitted_database([
      { ...entry("a", 1), member: "me" },
      { ...entry("b", 2), member: "me" },
    ]);
    const left = await lasting_outbox_store().load("me");

    expect(left.map((one) => one.cid)).toEqual(["b"]);
    await vi.waitFor(() => expect(deleted).toEqual(["a"]));
  });
});
