// The outbox kept in IndexedDB; a note in local storage covers the moments until a write is committed.
import type { OutboxEntry, OutboxStore } from "./outbox";

const DATABASE = "rand-chat";
const TABLE = "outbox";
const NOTE = "rand-chat.outbox.";

type Row = OutboxEntry & { member: string };

export function memory_outbox_store(): OutboxStore {
  const rows = new Map<string, Row>();
  return {
    load: async (member) => in_order([...rows.values()].filter((row) => row.member === member)),
    put: async (member, entry) => {
      rows.set(entry.cid, { ...entry, member });
    },
    remove: async (cids) => {
      for (const cid of cids) rows.delete(cid);
    },
  };
}

function in_order(rows: Row[]): Row[] {
  return rows.sort((a, b) => a.written_at - b.written_at);
}

/** IndexedDB drops what is not committed when the page is left; a note is written before anything else happens. */
function write_note(cid: string, row: Row | null): void {
  try {
    localStorage.setItem(NOTE + cid, JSON.stringify(row));
  } catch {
    // Full or forbidden: IndexedDB has it a moment later.
  }
}

function tear_note(cid: string): void {
  try {
    localStorage.removeItem(NOTE + cid);
  } catch {
    // Forbidden storage has no notes.
  }
}

/** By id; null for what is removed. */
function read_notes(): Map<string, Row | null> {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(NOTE));
    return new Map(
      keys.map((key) => [key.slice(NOTE.length), JSON.parse(localStorage.getItem(key) ?? "null")]),
    );
  } catch {
    return new Map();
  }
}

function answer_of<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

function open_database(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(TABLE, { keyPath: "cid" }).createIndex("member", "member");
  };
  return answer_of(request);
}

/** Where the browser refuses IndexedDB the notes alone keep the messages. */
export function lasting_outbox_store(): OutboxStore {
  let database: Promise<IDBDatabase> | undefined;

  async function begin(mode: IDBTransactionMode): Promise<IDBTransaction> {
    database ??= open_database();
    return (await database).transaction(TABLE, mode);
  }

  async function load_rows(member: string): Promise<Row[]> {
    try {
      const rows = (await begin("readonly")).objectStore(TABLE).index("member").getAll(member);
      return (await answer_of(rows)) as Row[];
    } catch {
      return [];
    }
  }

  async function remove(cids: string[]): Promise<void> {
    // What was given up must not come back when the page is left before that is committed.
    for (const cid of cids) write_note(cid, null);
    try {
      const transaction = await begin("readwrite");
      for (const cid of cids) transaction.objectStore(TABLE).delete(cid);
      await committed(transaction);
    } catch {
      // A message that stays is sent again with the same id, which changes nothing.
    }
    for (const cid of cids) tear_note(cid);
  }

  return {
    async load(member) {
      const notes = read_notes();
      const by_id = new Map([...(await load_rows(member)).map((row) => [row.cid, row] as const), ...notes]);
      const removed = [...notes.keys()].filter((cid) => notes.get(cid) === null);
      if (removed.length > 0) void remove(removed);
      return in_order([...by_id.values()].filter((row) => row !== null && row.member === member) as Row[]);
    },
    async put(member, entry) {
      const row = { ...entry, member };
      write_note(row.cid, row);
      try {
        const transaction = await begin("readwrite");
        transaction.objectStore(TABLE).put(row);
        await committed(transaction);
        tear_note(entry.cid);
      } catch {
        // The note stays.
      }
    },
    remove,
  };
}
