// The member's rooms: newest first, with what is unread.
import { computed, signal } from "@preact/signals";
import { Problem } from "../api/problem";
import { get_room, get_rooms } from "../api/rooms";
import type { Message, Room } from "../protocol/frames";
import { emptied } from "./room_log";

export const rooms = signal<ReadonlyMap<string, Room>>(new Map());

/** Where the next page of the list begins; null when there is none. */
const next_page = signal<string | null>(null);
export const has_more_rooms = computed(() => next_page.value !== null);
export const rooms_loaded = signal(false);

export const UNREAD_SHOWN_MAX = 99;
const LINKS_AT_MOST_EVERY_MS = 60_000;
/** Another one once these rooms are nobody's here: an answer that comes later is not put in. */
let whose = {};
const links_renewed_at_ms = new Map<string, number>();

export function newest_first(all: Iterable<Room>): Room[] {
  const with_moments = [...all].map((room) => ({ room, moment: moment_of(room) }));
  return with_moments.sort((a, b) => b.moment - a.moment).map(({ room }) => room);
}

function moment_of(room: Room): number {
  return Date.parse(room.last_message?.sent_at ?? room.opened_at);
}

export const room_list = computed(() => newest_first(rooms.value.values()));

export const unread_total = computed(() => {
  let total = 0;
  for (const room of rooms.value.values()) total += room.unread;
  return total;
});

export function put_rooms(fresh: readonly Room[]): void {
  if (fresh.length === 0) return;
  const next = new Map(rooms.value);
  for (const room of fresh) next.set(room.id, room);
  rooms.value = next;
}

export function change_room(id: string, change: (room: Room) => Room): void {
  const room = rooms.value.get(id);
  if (room) put_rooms([change(room)]);
}

export function remove_room(id: string): void {
  links_renewed_at_ms.delete(id);
  const next = new Map(rooms.value);
  next.delete(id);
  rooms.value = next;
}

export function clear_rooms(): void {
  whose = {};
  links_renewed_at_ms.clear();
  page_flight = null;
  rooms.value = new Map();
  next_page.value = null;
  rooms_loaded.value = false;
}

/** The room after a message; one that was already counted in `last_seq` changes no count. */
export function room_with_message(room: Room, message: Message, from_partner: boolean): Room {
  if (message.seq < room.last_seq) return room;
  const is_new = message.seq > room.last_seq;
  return {
    ...room,
    last_message: message,
    last_seq: message.seq,
    unread: is_new && from_partner ? Math.min(UNREAD_SHOWN_MAX + 1, room.unread + 1) : room.unread,
  };
}

/** The room after one of its messages was taken back. */
export function room_with_retracted(room: Room, id: string): Room {
  const last = room.last_message;
  return last?.id === id ? { ...room, last_message: emptied(last) } : room;
}

/** The room after its member has read up to a place. */
export function room_read_by_me(room: Room, seq: number): Room {
  if (seq <= room.read_seq) return room;
  return { ...room, read_seq: seq, unread: seq >= room.last_seq ? 0 : room.unread };
}

/** What came in since a room was asked for is not taken back by the answer. */
function with_news(answered: Room): Room {
  const known = rooms.value.get(answered.id);
  if (known === undefined) return answered;
  const read_seq = Math.max(known.read_seq, answered.read_seq);
  const partner_read_seq = Math.max(known.partner_read_seq, answered.partner_read_seq);
  const is_newer =
    known.last_seq > answered.last_seq ||
    (known.last_seq === answered.last_seq && known.read_seq > answered.read_seq);
  const { last_message, last_seq, unread } = is_newer ? known : answered;
  return { ...answered, last_message, last_seq, unread, read_seq, partner_read_seq };
}

function put_page(page: Awaited<ReturnType<typeof get_rooms>>): void {
  put_rooms(page.rooms.map(with_news));
  next_page.value = page.next;
}

/** One page is asked for at a time, by whomever. */
let page_flight: Promise<void> | null = null;

function ask_for_page(cursor: string | null): Promise<void> {
  const of_member = whose;
  const flight = get_rooms(cursor)
    .then((page) => {
      if (of_member !== whose) return;
      put_page(page);
      rooms_loaded.value = true;
    })
    .finally(() => {
      if (page_flight === flight) page_flight = null;
    });
  page_flight = flight;
  return flight;
}

export function load_rooms(): Promise<void> {
  return page_flight ?? ask_for_page(null);
}

export function load_more_rooms(): Promise<void> {
  if (page_flight !== null) return page_flight;
  return next_page.value === null ? Promise.resolve() : ask_for_page(next_page.value);
}

/** Loads one room that is not in the list; false when it does not exist for this member. */
export async function load_room(id: string): Promise<boolean> {
  const of_member = whose;
  try {
    const room = await get_room(id);
    if (of_member !== whose) return false;
    put_rooms([with_news(room)]);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) {
      remove_room(id);
      return false;
    }
    throw error;
  }
}

/** The link to a partner's picture has ended; a fresh room has a fresh one. */
export function renew_links(id: string): void {
  const before_ms = links_renewed_at_ms.get(id) ?? Number.NEGATIVE_INFINITY;
  if (Date.now() - before_ms < LINKS_AT_MOST_EVERY_MS) return;
  links_renewed_at_ms.set(id, Date.now());
  void load_room(id).catch(() => {});
}
