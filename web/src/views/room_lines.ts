// What a room's history shows, line by line: messages that have their place, then those that are still unsent.
import { is_image, is_retracted, type Room } from "../protocol/frames";
import { links_agreed, pictures_agreed } from "../state/agreed";
import { first_of_partner } from "../state/links";
import { retract_within_ms } from "../state/retracting";
import type { RoomLog, Written } from "../state/room_log";
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
}

const plain = {
  image: null,
  mark: null,
  refused: null,
  retracted: false,
  retract_until_ms: null,
  links_off: false,
  picture_off: false,
};

/** Messages of one writer this close together stand as one group. */
const GROUP_MS = 3 * 60_000;

export function lines_of(log: RoomLog, me: string, room: Room): Line[] {
  const within_ms = retract_within_ms.value;
  const strange = links_agreed.is_on(room.id) ? new Set() : first_of_partner(log.messages, me);
  const picture_off = !pictures_agreed.is_on(room.id);
  const placed = log.messages.map((message): Line => {
    const mine = message.from === me;
    const mark = room.partner_read_seq >= message.seq ? "read" : message.stored ? "stored" : "sent";
    const image = is_image(message) ? message.image : null;
    const shown = { ...plain, id: message.id, text: message.text, image, when: message.sent_at, mine };
    if (is_retracted(message)) return { ...shown, retracted: true };
    if (!mine) return { ...shown, links_off: strange.has(message.id), picture_off };
    const can_retract = room.open && within_ms !== null;
    return { ...shown, mark, retract_until_ms: can_retract ? Date.parse(message.sent_at) + within_ms : null };
  });
  const unsent = log.unsent.map(
    (one): Line => ({
      ...plain,
      id: one.cid,
      text: one.text,
      image: one.image ?? null,
      when: one.written_at,
      mine: true,
      mark: one.refused === null ? "sending" : "refused",
      refused: one.refused,
    }),
  );
  return [...placed, ...unsent];
}

export function belongs_together(a: Line | undefined, b: Line | undefined): boolean {
  if (!a || !b || a.mine !== b.mine || !same_day(a.when, b.when)) return false;
  return new Date(b.when).getTime() - new Date(a.when).getTime() < GROUP_MS;
}
