// What a room's history shows, line by line: messages that have their place, then those that are still unsent.
import { is_image, is_retracted, type Message, type Room } from "../protocol/frames";
import { links_agreed, pictures_agreed } from "../state/agreed";
import { first_of_partner } from "../state/links";
import { retract_within_ms } from "../state/retracting";
import { place_of, type RoomLog, type Unsent, type Written } from "../state/room_log";
import { same_day } from "../texts/formats";

export type Mark = "sending" | "sent" | "stored" | "read" | "refused";

export interface Line {
  id: string;
  text: string;
  image: NonNullable<Written["image"]> | null;
  when: string | number;
  mine: boolean;
  mark: Mark | null;
  refused: string | null;
  retracted: boolean;
  /** The end of the time in which it can be taken back; null when it cannot be. */
  retract_until_ms: number | null;
  /** Its links cannot be followed yet. */
  links_off: boolean;
  /** Its picture is not shown yet. */
  picture_off: boolean;
  /** The first of its day, and of what its reader had not seen before. */
  starts_day: boolean;
  starts_news: boolean;
  /** The first and the last of a group. */
  is_first: boolean;
  is_last: boolean;
}

const plain = {
  image: null,
  mark: null,
  refused: null,
  retracted: false,
  retract_until_ms: null,
  links_off: false,
  picture_off: false,
  starts_day: false,
  starts_news: false,
  is_first: false,
  is_last: false,
};

/** Messages of one writer this close together stand as one group. */
const GROUP_MS = 3 * 60_000;

/** What the lines of a room go by, besides the messages themselves. */
export interface LineRules {
  me: string;
  open: boolean;
  partner_read_seq: number;
  retract_within_ms: number | null;
  /** Messages whose links cannot be followed yet. */
  strange: ReadonlySet<string>;
  pictures_off: boolean;
  /** The first message that its reader had not seen before. */
  first_news: string | null;
}

export function line_rules(log: RoomLog, me: string, room: Room, new_after: number | null): LineRules {
  return {
    me,
    open: room.open,
    partner_read_seq: room.partner_read_seq,
    retract_within_ms: retract_within_ms.value,
    strange: links_agreed.is_on(room.id) ? new Set() : first_of_partner(log.messages, me),
    pictures_off: !pictures_agreed.is_on(room.id),
    first_news: first_news(log, me, new_after),
  };
}

function first_news({ messages, more_before }: RoomLog, me: string, new_after: number | null): string | null {
  if (new_after === null) return null;
  const from = place_of(messages, new_after + 1);
  // It may be in a page that is not loaded.
  if (from === 0 && more_before) return null;
  return messages.slice(from).find((message) => message.from !== me)?.id ?? null;
}

/** The lines of a stretch of the messages; the stretch at the end has those that are unsent as well. */
export function lines_of(log: RoomLog, [from, to]: [number, number], rules: LineRules): Line[] {
  const before = from > 0 ? 1 : 0;
  const placed = log.messages.slice(from - before, to + 1).map((message) => placed_line(message, rules));
  const is_end = to === log.messages.length;
  const all = is_end ? [...placed, ...log.unsent.map(unsent_line)] : placed;
  const with_places = all.map((line, at) => ({
    ...line,
    starts_day: at === 0 || !same_day((all[at - 1] as Line).when, line.when),
    is_first: !belong_together(all[at - 1], line),
    is_last: !belong_together(line, all[at + 1]),
  }));
  return with_places.slice(before, is_end ? undefined : -1);
}

function placed_line(message: Message, rules: LineRules): Line {
  const { retract_within_ms: within_ms } = rules;
  const line = {
    ...plain,
    id: message.id,
    text: message.text,
    image: is_image(message) ? message.image : null,
    when: message.sent_at,
    mine: message.from === rules.me,
    starts_news: message.id === rules.first_news,
  };
  if (is_retracted(message)) return { ...line, retracted: true };
  if (!line.mine)
    return { ...line, links_off: rules.strange.has(message.id), picture_off: rules.pictures_off };
  const mark = rules.partner_read_seq >= message.seq ? "read" : message.stored ? "stored" : "sent";
  const can_retract = rules.open && within_ms !== null;
  return { ...line, mark, retract_until_ms: can_retract ? Date.parse(message.sent_at) + within_ms : null };
}

function unsent_line(one: Unsent): Line {
  return {
    ...plain,
    id: one.cid,
    text: one.text,
    image: one.image ?? null,
    when: one.written_at,
    mine: true,
    mark: one.refused === null ? "sending" : "refused",
    refused: one.refused,
  };
}

function belong_together(a: Line | undefined, b: Line | undefined): boolean {
  if (!a || !b || a.mine !== b.mine || b.starts_news || !same_day(a.when, b.when)) return false;
  return new Date(b.when).getTime() - new Date(a.when).getTime() < GROUP_MS;
}

/** The fresh lines, but those that say the same as before are the very same: what did not change is not drawn. */
export function unchanged_kept(fresh: readonly Line[], known: readonly Line[]): readonly Line[] {
  const by_id = new Map(known.map((line) => [line.id, line]));
  const lines = fresh.map((line) => {
    const same = by_id.get(line.id);
    return same && says_the_same(line, same) ? same : line;
  });
  return lines.length === known.length && lines.every((line, at) => line === known[at]) ? known : lines;
}

function says_the_same(a: Line, b: Line): boolean {
  return (Object.keys(a) as (keyof Line)[]).every((key) => a[key] === b[key]);
}
