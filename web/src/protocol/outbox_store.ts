// The outbox kept in IndexedDB, and one in memory for where that is forbidden.
import type { OutboxEntry, OutboxStore } from "./outbox";

const DATABASE = "rand-chat";
const TABLE = "outbox";

export function memory_outbox_store(): OutboxStore {
  const rows = new Map<string, OutboxEntry & { member: string }>();
  return {
    load: async (member) => [...rows.values()].filter((row) => row.member === member),
    put: async (member, entry) => {
      rows.set(entry.cid, { ...entry, member });
    },
    remove: async (cids) => {
      for (const cid of cids) rows.delete(cid);
    },
  };
}

function answer_of<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function open_database(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(TABLE, { keyPath: "cid" }).createIndex("member", "member");
  };
  return answer_of(request);
}

/** Falls back to memory when the browser refuses storage: messages then survive all but a reload. */
export function lasting_outbox_store(): OutboxStore {
  const fallback = memory_outbox_store();
  let database: Promise<IDBDatabase> | undefined;

  async function table(mode: IDBTransactionMode): Promise<IDBObjectStore> {
    database ??= open_database();
    return (await database).transaction(TABLE, mode).objectStore(TABLE);
  }

  return {
    async load(member) {
      try {
        const rows = await answer_of((await table("readonly")).index("member").getAll(member));
        return (rows as OutboxEntry[]).sort((a, b) => a.written_at - b.written_at);
      } catch {
        return fallback.load(member);
      }
    },
    async put(member, entry) {
      try {
        await answer_of((await table("readwrite")).put({ ...entry, member }));
      } catch {
        await fallback.put(member, entry);
      }
    },
    async remove(cids) {
      try {
        const rows = await table("readwrite");
        await Promise.all(cids.map((cid) => answer_of(rows.delete(cid))));
      } catch {
        await fallback.remove(cids);
      }
    },
  };
}
