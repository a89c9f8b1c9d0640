// The messages of one room as a pure value: one bubble per id, in the order of their places.
import { type Image, is_retracted, type Message, type Sent } from "../protocol/frames";

/** What a member wrote, as far as it is shown. */
export interface Written {
  cid: string;
  text: string;
  /** Without an id until the server has it. */
  image?: Omit<Image, "id"> & { id?: string };
  written_at: number;
}

export interface Unsent extends Written {
  /** Why the server will never take it; null while there is hope. */
  refused: string | null;
}

export interface RoomLog {
  /** By place, each id once. */
  messages: readonly Message[];
  /** Own messages without a place yet, in the order they were written. */
  unsent: readonly Unsent[];
  /** The newest page was loaded. */
  loaded: boolean;
  more_before: boolean;
  /** Something after this place may be missing. */
  hole_after: number | null;
  /** Taken back by their senders. A page that was loaded before that may come in later. */
  retracted: ReadonlySet<string>;
}

export type RoomEvent =
  | { type: "loaded_newest"; messages: readonly Message[]; more: boolean }
  /** `before` is the place that it was asked for. */
  | { type: "loaded_older"; before: number; messages: readonly Message[]; more: boolean }
  | { type: "received"; message: Message }
  | { type: "synced"; after: number; messages: readonly Message[]; complete: boolean }
  | { type: "written"; entries: readonly Written[] }
  | { type: "uploaded"; cid: string; image: Image }
  | { type: "sent"; sent: Sent; from: string }
  | { type: "refused"; cid: string; code: string }
  | { type: "tried_again"; cid: string }
  | { type: "discarded"; cid: string }
  | { type: "stored"; ids: readonly string[] }
  | { type: "retracted"; id: string }
  | { type: "room_is_at"; seq: number }
  /** What stands after this place may have been taken back while nobody told this page. */
  | { type: "doubtful_after"; seq: number }
  | { type: "outdated" }
  /** Nobody looks at what is older than the newest so many. */
  | { type: "shortened"; keep: number };

/** Those who were taken back before their page was loaded come in with it soon, or never. */
const RETRACTED_MAX = 200;

export const empty_log: RoomLog = {
  messages: [],
  unsent: [],
  loaded: false,
  more_before: false,
  hole_after: null,
  retracted: new Set(),
};

export function apply(log: RoomLog, event: RoomEvent): RoomLog {
  switch (event.type) {
    case "loaded_newest":
      return { ...merge(log, event.messages), loaded: true, more_before: event.more };
    case "loaded_older":
      return loaded_older(log, event.before, event.messages, event.more);
    case "received":
      return placed(log, event.message);
    case "synced":
      return synced(log, event.after, event.messages, event.complete);
    case "written":
      return written(log, event.entries);
    case "sent":
      return sent(log, event.sent, event.from);
    case "uploaded":
      return with_unsent(log, event.cid, { image: event.image });
    case "refused":
      return with_unsent(log, event.cid, { refused: event.code });
    case "tried_again":
      return with_unsent(log, event.cid, { refused: null });
    case "discarded":
      return { ...log, unsent: log.unsent.filter((one) => one.cid !== event.cid) };
    case "stored":
      return stored(log, event.ids);
    case "retracted":
      return retracted(log, event.id);
    case "room_is_at":
      return log.loaded && last_seq(log) < event.seq
        ? { ...log, hole_after: earlier(log, last_seq(log)) }
        : log;
    case "doubtful_after":
      return doubtful_after(log, event.seq);
    case "outdated":
      return { ...empty_log, unsent: log.unsent, retracted: log.retracted };
    case "shortened":
      return shortened(log, event.keep);
  }
}

function with_unsent(log: RoomLog, cid: string, change: Partial<Unsent>): RoomLog {
  return { ...log, unsent: log.unsent.map((one) => (one.cid === cid ? { ...one, ...change } : one)) };
}

export function last_seq(log: RoomLog): number {
  return log.messages.at(-1)?.seq ?? 0;
}

function earlier(log: RoomLog, seq: number): number {
  return log.hole_after === null ? seq : Math.min(log.hole_after, seq);
}

/** Puts messages in; the newest word about an id wins, since a forgotten one comes again at another place. */
function merge(log: RoomLog, incoming: readonly Message[]): RoomLog {
  if (incoming.length === 0) return log;
  const fresh = new Map(incoming.map((message) => [message.id, message]));
  const known = new Map<string, Message>();
  const others: Message[] = [];
  for (const message of log.messages) {
    if (fresh.has(message.id)) known.set(message.id, message);
    else others.push(message);
  }
  const merged = [...fresh.values()].map((message) =>
    with_what_is_known(log, message, known.get(message.id)),
  );
  return {
    ...log,
    messages: in_one_order(others, merged),
    unsent: log.unsent.filter((one) => !fresh.has(one.cid)),
  };
}

function with_what_is_known(log: RoomLog, message: Message, known: Message | undefined): Message {
  const stored = message.stored || (known?.stored === true && known.seq === message.seq);
  const merged = { ...message, stored };
  const was_retracted = (known && is_retracted(known)) || log.retracted.has(message.id);
  return was_retracted ? emptied(merged) : merged;
}

/** The few go to their places among the many, which are in order. */
function in_one_order(many: Message[], few: Message[]): Message[] {
  few.sort((a, b) => a.seq - b.seq);
  const all: Message[] = [];
  let from = 0;
  for (const message of few) {
    const to = Math.max(from, place_of(many, message.seq));
    for (let at = from; at < to; at += 1) all.push(many[at] as Message);
    all.push(message);
    from = to;
  }
  return all.concat(many.slice(from));
}

/** Where a message of this place stands, or would stand, in the order of places. */
export function place_of(messages: readonly Message[], seq: number): number {
  let from = 0;
  let to = messages.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((messages[middle] as Message).seq < seq) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** One message, at its place; what is older than the loaded stretch comes with its page. */
function placed(log: RoomLog, message: Message): RoomLog {
  if (log.loaded && log.more_before && message.seq < (log.messages[0]?.seq ?? 0)) {
    return { ...log, unsent: log.unsent.filter((one) => one.cid !== message.id) };
  }
  return merge(with_hole(log, message), [message]);
}

/** A page that was asked for before the log was shortened would leave a gap. */
function loaded_older(log: RoomLog, before: number, messages: readonly Message[], more: boolean): RoomLog {
  if (log.messages[0]?.seq !== before) return log;
  return { ...merge(log, messages), more_before: more };
}

function shortened(log: RoomLog, keep: number): RoomLog {
  // What fills a hole is asked for from before it.
  if (log.messages.length <= keep || log.hole_after !== null) return log;
  return { ...log, messages: log.messages.slice(-keep), more_before: true };
}

/** What is left of a message that was taken back. */
export function emptied({ image: _, ...message }: Message): Message {
  return { ...message, kind: "retracted", text: "" };
}

function retracted(log: RoomLog, id: string): RoomLog {
  return {
    ...log,
    messages: log.messages.map((one) => (one.id === id ? emptied(one) : one)),
    unsent: log.unsent.filter((one) => one.cid !== id),
    retracted: new Set([...log.retracted, id].slice(-RETRACTED_MAX)),
  };
}

/** Asks again for the stretch with everything that may have changed, when there is anything in it. */
function doubtful_after(log: RoomLog, seq: number): RoomLog {
  const at = log.messages.findIndex((one) => one.seq > seq);
  if (at === -1 || log.messages.slice(at).every(is_retracted)) return log;
  return { ...log, hole_after: earlier(log, log.messages[at - 1]?.seq ?? seq) };
}

/** Remembers that something is missing before this message. */
function with_hole(log: RoomLog, message: Message): RoomLog {
  if (!log.loaded) return log;
  const others = log.messages.filter((known) => known.id !== message.id);
  const before = others[place_of(others, message.seq) - 1]?.seq ?? 0;
  return before < message.prev ? { ...log, hole_after: earlier(log, before) } : log;
}

/** One that is not shown comes after the last one that is: whoever placed it died before showing it. */
function stored(log: RoomLog, ids: readonly string[]): RoomLog {
  const messages = [...log.messages];
  let is_one_missing = false;
  for (const id of ids) {
    // From the end: they are among the newest.
    const at = messages.findLastIndex((one) => one.id === id);
    const message = messages[at];
    if (message === undefined) is_one_missing = true;
    else messages[at] = { ...message, stored: true };
  }
  const is_hole = log.loaded && is_one_missing;
  return { ...log, messages, hole_after: is_hole ? earlier(log, last_seq(log)) : log.hole_after };
}

/** The answer is the truth for the stretch it covers: what is not in it does not exist. */
function synced(log: RoomLog, after: number, messages: readonly Message[], complete: boolean): RoomLog {
  const until = messages.at(-1)?.seq ?? after;
  const ids = new Set(messages.map((message) => message.id));
  const kept = log.messages.filter((one) => one.seq <= after || one.seq > until || ids.has(one.id));
  const merged = merge({ ...log, messages: kept }, messages);
  const filled = log.hole_after !== null && log.hole_after >= after;
  if (!filled) return merged;
  return { ...merged, hole_after: complete ? null : until };
}

function written(log: RoomLog, entries: readonly Written[]): RoomLog {
  const known = new Set([...log.unsent.map((one) => one.cid), ...log.messages.map((one) => one.id)]);
  const fresh = entries
    .filter((entry) => !known.has(entry.cid))
    .map((entry) => ({ ...entry, refused: null }));
  const unsent = [...log.unsent, ...fresh].sort((a, b) => a.written_at - b.written_at);
  return { ...log, unsent };
}

function sent(log: RoomLog, answer: Sent, from: string): RoomLog {
  const said = said_as(log, answer.cid);
  if (said === null) return log;
  const { room, cid, seq, prev, sent_at, stored } = answer;
  const message: Message = { room, id: cid, seq, prev, sent_at, stored, from, ...said };
  return placed(log, message);
}

/** What one of one's own messages says; null when nobody knows. */
function said_as(log: RoomLog, cid: string): Pick<Message, "kind" | "text" | "image"> | null {
  const one = log.unsent.find((one) => one.cid === cid) ?? log.messages.find((one) => one.id === cid);
  if (one === undefined) return null;
  if (one.image?.id === undefined) return { kind: "text", text: one.text };
  const { id, width, height } = one.image;
  return { kind: "image", text: "", image: { id, width, height } };
}
