// The link to a picture of a room: from memory, or asked for when it comes into view, and once more if it leads nowhere.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { is_ready } from "../state/connection";
import { forget_image_links, image_links } from "../state/image_links";
import { local_image } from "../state/image_sending";
import { useSeen } from "../ui/seen";

export interface RoomPicture {
  room: string;
  /** The message whose picture it is. */
  message: string;
  /** By which the server shows it; null before it was said. */
  id: string | null;
}

export interface PictureLink {
  link: string | null;
  /** It cannot be had now. */
  is_broken: boolean;
  on_loaded: () => void;
  on_broken: () => void;
  try_again: () => void;
}

type State = { name: "empty" } | { name: "linked"; link: string } | { name: "broken" };

const empty: State = { name: "empty" };
const broken: State = { name: "broken" };

/** `place` is where it stands: nothing is asked for before that comes into view. */
export function usePicture(
  { room, message, id }: RoomPicture,
  which: "small" | "large",
  place: RefObject<Element | null>,
): PictureLink {
  const [local, set_local] = useState(() => local_image(message));
  const [state, set_state] = useState(empty);
  const has_another_try = useRef(true);
  const is_seen = useSeen(place);
  const is_connected = is_ready.value;

  const is_wanted = local === null && is_seen && state.name === "empty";
  useEffect(() => {
    if (!is_wanted || id === null) return;
    let alive = true;
    image_links(room, id).then(
      (links) => alive && set_state({ name: "linked", link: links[which] }),
      () => alive && set_state(broken),
    );
    return () => {
      alive = false;
    };
  }, [is_wanted, room, id, which]);

  useEffect(() => {
    // What failed without a connection has another chance with one.
    if (is_connected) set_state((now) => (now.name === "broken" ? empty : now));
  }, [is_connected]);

  return {
    link: local ?? (state.name === "linked" ? state.link : null),
    is_broken: local === null && state.name === "broken",
    on_loaded() {
      has_another_try.current = true;
    },
    on_broken() {
      if (local !== null) return set_local(null);
      if (id !== null) forget_image_links(id);
      set_state(has_another_try.current ? empty : broken);
      has_another_try.current = false;
    },
    try_again() {
      has_another_try.current = true;
      set_state(empty);
    },
  };
}
