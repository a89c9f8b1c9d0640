// What a reader agreed to, room by room, kept in this browser: to follow links, to see pictures.
import { signal } from "@preact/signals";
import { keep, read_kept, when_kept_elsewhere } from "./kept";

const KEPT_MAX = 200;

export interface Agreement {
  is_on: (room: string) => boolean;
  turn_on: (room: string) => void;
}

function agreement(kept_as: string): Agreement {
  const read_rooms = () => (read_kept(kept_as) ?? "").split(" ").filter((room) => room !== "");
  /** Newest last. */
  const rooms = signal<readonly string[]>(read_rooms());
  when_kept_elsewhere(kept_as, () => {
    rooms.value = read_rooms();
  });
  return {
    is_on: (room) => rooms.value.includes(room),
    turn_on(room) {
      // Another page of this browser may have turned others on just now.
      const all = new Set([...read_rooms(), ...rooms.value, room]);
      rooms.value = [...all].slice(-KEPT_MAX);
      keep(kept_as, rooms.value.join(" "));
    },
  };
}

/** Links in the first messages of somebody new. */
export const links_agreed = agreement("links_on");

/** Any picture that the partner sends: unlike a link, one that was seen is seen. */
export const pictures_agreed = agreement("pictures_on");
