// Keeps every written message until the server has stored it, and sends it again, always with the same id.
import type { Image, SendMessage, Sent } from "./frames";
import { RequestFailed } from "./socket";

/** A picture that the server has, and the token that lets this member say it in this room. */
export interface UploadedImage extends Image {
  token: string;
}

export interface OutboxEntry {
  cid: string;
  room: string;
  /** Empty where there is an image. */
  text: string;
  image?: UploadedImage;
  written_at: number;
}

/** Where the entries survive a reload. */
export interface OutboxStore {
  load: (member: string) => Promise<OutboxEntry[]>;
  put: (member: string, entry: OutboxEntry) => Promise<void>;
  remove: (cids: string[]) => Promise<void>;
}

export interface OutboxOptions {
  member: string;
  store: OutboxStore;
  /** `again` unless it surely is the first try. */
  send: (entry: OutboxEntry, again: boolean) => Promise<Sent>;
  /** From here on the server may have it. */
  on_tried: (cid: string) => void;
  on_sent: (sent: Sent) => void;
  on_refused: (entry: OutboxEntry, code: string) => void;
}

export interface Outbox {
  /** Takes up what an earlier page left behind. */
  restore: () => Promise<OutboxEntry[]>;
  /** `tried` when it may have reached the server before. */
  add: (entry: OutboxEntry, tried?: boolean) => void;
  connected: () => void;
  disconnected: () => void;
  /** The message was seen in the room's log. */
  seen: (message: { id: string; seq: number; stored: boolean }) => void;
  stored: (cids: readonly string[]) => void;
  /** Forgets one that is not to be sent any more; false, and it stays, when the server may have it. */
  give_up: (cid: string) => boolean;
  /** Gives up all of a room that can be. */
  give_up_room: (room: string) => void;
  forget_all: () => Promise<void>;
  close: () => void;
  size: () => number;
}

const CONFIRM_MS = 10_000;
const RETRY_MS = 1_000;

interface Kept extends OutboxEntry {
  seq: number | null;
  /** Has to go over the wire (again). */
  due: boolean;
  /** May have reached the server. */
  tried: boolean;
  confirm: ReturnType<typeof setTimeout> | undefined;
}

/** The entry as it goes over the wire. */
export function frame_of({ room, cid, text, image }: OutboxEntry, again: boolean): SendMessage {
  const what = image === undefined ? { text } : { image: image.token };
  return again ? { room, cid, ...what, again } : { room, cid, ...what };
}

export function create_outbox(options: OutboxOptions): Outbox {
  const entries = new Map<string, Kept>();
  /** One message at a time in each room, so that they arrive in the order they were written. */
  const busy_rooms = new Set<string>();
  const retries = new Set<ReturnType<typeof setTimeout>>();
  let online = false;

  function keep(entry: OutboxEntry, tried: boolean): void {
    entries.set(entry.cid, { ...entry, seq: null, due: true, tried, confirm: undefined });
    if (tried) options.on_tried(entry.cid);
  }

  function drop(kept: Kept): void {
    clearTimeout(kept.confirm);
    entries.delete(kept.cid);
    void options.store.remove([kept.cid]);
  }

  function first_due(room: string): Kept | undefined {
    return [...entries.values()]
      .filter((kept) => kept.due && kept.room === room)
      .sort((a, b) => a.written_at - b.written_at)[0];
  }

  function await_stored(kept: Kept): void {
    clearTimeout(kept.confirm);
    kept.confirm = setTimeout(() => {
      kept.due = true;
      void pump(kept.room);
    }, CONFIRM_MS);
  }

  function pump_later(room: string, after_ms: number): void {
    const timer = setTimeout(() => {
      retries.delete(timer);
      busy_rooms.delete(room);
      void pump(room);
    }, after_ms);
    retries.add(timer);
  }

  async function pump(room: string): Promise<void> {
    if (!online || busy_rooms.has(room)) return;
    const kept = first_due(room);
    if (!kept) return;
    busy_rooms.add(room);
    const again = kept.tried;
    kept.tried = true;
    options.on_tried(kept.cid);
    try {
      on_sent(kept, await options.send(kept, again));
    } catch (error) {
      const failed = error instanceof RequestFailed ? error : new RequestFailed("internal", true, null);
      if (failed.retryable) return pump_later(room, failed.retry_after_ms ?? RETRY_MS);
      refuse(kept, failed.code);
    }
    busy_rooms.delete(room);
    void pump(room);
  }

  function on_sent(kept: Kept, sent: Sent): void {
    kept.due = false;
    kept.seq = sent.seq;
    options.on_sent(sent);
    if (!entries.has(kept.cid)) return;
    if (sent.stored) drop(kept);
    else await_stored(kept);
  }

  function refuse(kept: Kept, code: string): void {
    if (!entries.has(kept.cid)) return;
    drop(kept);
    // One that already had its place stays as it is shown: sent, never stored.
    if (kept.seq === null) options.on_refused(kept, code);
  }

  function give_up(cid: string): boolean {
    const kept = entries.get(cid);
    if (kept?.tried) return false;
    if (kept) drop(kept);
    return true;
  }

  return {
    async restore() {
      const left = await options.store.load(options.member);
      const fresh = left.filter((entry) => !entries.has(entry.cid));
      for (const entry of fresh) keep(entry, true);
      for (const room of new Set(fresh.map((entry) => entry.room))) void pump(room);
      return fresh;
    },
    add(entry, tried = false) {
      keep(entry, tried);
      void options.store.put(options.member, entry);
      void pump(entry.room);
    },
    connected() {
      online = true;
      for (const timer of retries) clearTimeout(timer);
      retries.clear();
      busy_rooms.clear();
      for (const kept of entries.values()) kept.due = true;
      for (const room of new Set([...entries.values()].map((kept) => kept.room))) void pump(room);
    },
    disconnected() {
      online = false;
    },
    seen(message) {
      const kept = entries.get(message.id);
      if (!kept) return;
      if (message.stored) return drop(kept);
      kept.seq = message.seq;
      kept.due = false;
      await_stored(kept);
    },
    stored(cids) {
      for (const cid of cids) {
        const kept = entries.get(cid);
        if (kept) drop(kept);
      }
    },
    give_up,
    give_up_room(room) {
      for (const kept of [...entries.values()]) if (kept.room === room) give_up(kept.cid);
    },
    async forget_all() {
      const cids = [...entries.keys()];
      this.close();
      await options.store.remove(cids);
    },
    close() {
      online = false;
      for (const kept of entries.values()) clearTimeout(kept.confirm);
      for (const timer of retries) clearTimeout(timer);
      entries.clear();
      retries.clear();
    },
    size: () => entries.size,
  };
}
