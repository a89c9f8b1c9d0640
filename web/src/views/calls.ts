// Calls a member who does not look: by a sound, by a notification. Loaded once either is turned on.
import { computed, effect } from "@preact/signals";
import type { Message, Proposal, Room } from "../protocol/frames";
import { path_of, route } from "../routes";
import { claim, looked_at_anywhere, say_looked_at } from "../state/attention";
import { look_at_permission, notifications_are_on, sound } from "../state/calling";
import { last_incoming, visible_room } from "../state/chat";
import { client_settings } from "../state/client_settings";
import { match } from "../state/match";
import { load_room, rooms, rooms_loaded } from "../state/rooms";
import { server_now } from "../state/server_clock";
import { session } from "../state/session";
import { texts } from "../texts/texts";
import { A5, C6, can_chime, chime, E5, unlock_chime } from "../ui/chime";
import { is_looked_at, watch_looks } from "../ui/looked_at";
import { close_all_notifications, close_notification, notify, shown_notifications } from "./notification";
import { partner_name } from "./partner";

/** What is older was missed: the page shows it, and nobody is called for it. */
const NEWS_FOR_MS = 10_000;
/** Longer than that, so that no page calls for what another has called for. */
const CLAIMED_FOR_MS = 30_000;
const SOUND_AT_MOST_EVERY_MS = 4_000;

const NOTES_OF_A_MESSAGE = [E5, A5];
const NOTES_OF_A_PROPOSAL = [E5, A5, C6];
const PROPOSAL = "proposal";

const ROOM = "room.";
const tag_of_room = (room: string) => ROOM + room;
/** Rooms whose notification may still be there. */
const called_for = new Set<string>();

/** The proposal that waits for an answer, if there is one. */
const open_proposal = computed(() => {
  const phase = match.value;
  return phase.name === "proposed" && phase.answer === null ? phase : null;
});

export function start_calls(): void {
  unlock_chime();
  void remember_what_is_shown();
  watch_looks(say_what_is_looked_at);
  watch_looks(look_at_permission);
  effect(say_what_is_looked_at);
  effect(() => {
    if (last_incoming.value !== null) void call_for_message(last_incoming.value);
  });
  effect(() => {
    if (open_proposal.value === null) void close_notification(PROPOSAL);
    else void call_for_proposal(open_proposal.value.proposal, open_proposal.value.deadline_ms);
  });
  effect(close_what_was_read);
  effect(() => {
    if (session.value.name === "out") void close_all_notifications();
  });
}

function say_what_is_looked_at(): void {
  const page = visible_room.value ?? route.value.name;
  say_looked_at(is_looked_at() ? page : null);
  if (is_looked_at()) void close_notification(PROPOSAL);
}

async function remember_what_is_shown(): Promise<void> {
  for (const tag of await shown_notifications())
    if (tag.startsWith(ROOM)) called_for.add(tag.slice(ROOM.length));
  close_what_was_read();
}

function close_what_was_read(): void {
  const all = rooms.value;
  if (!rooms_loaded.value) return;
  for (const id of called_for) {
    if ((all.get(id)?.unread ?? 0) > 0) continue;
    called_for.delete(id);
    void close_notification(tag_of_room(id));
  }
}

async function call_for_message(message: Message): Promise<void> {
  if (server_now() - Date.parse(message.sent_at) > NEWS_FOR_MS) return;
  const looked_at = await looked_at_anywhere();
  if (looked_at.has(message.room)) return;
  void sound_once(message.id, NOTES_OF_A_MESSAGE);
  if (looked_at.size > 0 || !notifications_are_on() || !(await claim(message.id, CLAIMED_FOR_MS))) return;
  const room = await known_room(message.room);
  if (room === undefined || room.unread === 0) return;
  const t = texts.peek();
  called_for.add(room.id);
  // Lock screens are seen by others, so the words are not shown.
  await notify({
    tag: tag_of_room(room.id),
    title: partner_name(t, room.partner),
    body: t.calls.messages(room.unread),
    path: path_of({ name: "room", room: room.id }),
  });
  close_what_was_read();
}

async function call_for_proposal(proposal: Proposal, deadline_ms: number): Promise<void> {
  const shown_for_ms = client_settings.peek().proposal_ms - (deadline_ms - Date.now());
  if (shown_for_ms > NEWS_FOR_MS) return;
  void sound_once(proposal.id, NOTES_OF_A_PROPOSAL);
  if ((await looked_at_anywhere()).size > 0 || !notifications_are_on()) return;
  if (!(await claim(proposal.id, CLAIMED_FOR_MS))) return;
  const t = texts.peek();
  await notify({
    tag: PROPOSAL,
    title: t.proposal.title,
    body: t.proposal.lead,
    path: path_of({ name: "match" }),
  });
  // It may have ended meanwhile.
  if (open_proposal.peek()?.proposal.id !== proposal.id) await close_notification(PROPOSAL);
}

/** A page that may not sound leaves it to one that may. */
async function sound_once(what: string, notes: readonly number[]): Promise<void> {
  if (!sound.is_on() || !can_chime() || !(await claim(`sound.${what}`, CLAIMED_FOR_MS))) return;
  if (await claim("sound", SOUND_AT_MOST_EVERY_MS)) await chime(notes);
}

/** Only the first rooms of the list are there from the start. */
async function known_room(id: string): Promise<Room | undefined> {
  if (!rooms.peek().has(id)) await load_room(id).catch(() => {});
  return rooms.peek().get(id);
}
