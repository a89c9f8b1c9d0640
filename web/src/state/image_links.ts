// Links to the pictures of rooms: asked for when one is seen, a few at a time, and used until half their life is over.
import { get_image_links, type ImageLinks } from "../api/images";
import { server_now } from "./server_clock";

interface Known {
  links: ImageLinks;
  good_until_ms: number;
}

const AT_ONCE_MAX = 4;
/** Whoever scrolls further back asks again on the way. */
const KNOWN_MAX = 200;
/** Of links that do not say how long they live. */
const UNKNOWN_LIFE_MS = 60_000;

/** Of the member who is logged in; asked for last comes last. */
let known = new Map<string, Known>();
let being_asked = new Map<string, Promise<ImageLinks>>();
const waiting: (() => void)[] = [];
let asking = 0;

/** Rejects with a `Problem`. */
export function image_links(room: string, image: string): Promise<ImageLinks> {
  const at_hand = known.get(image);
  if (at_hand && at_hand.good_until_ms > server_now()) return Promise.resolve(at_hand.links);
  const mine = being_asked;
  const asked = mine.get(image) ?? ask(room, image).finally(() => mine.delete(image));
  mine.set(image, asked);
  return asked;
}

/** They do not lead to it any more. */
export function forget_image_links(image: string): void {
  known.delete(image);
}

export function clear_image_links(): void {
  // What is still asked for comes to the old ones.
  known = new Map();
  being_asked = new Map();
}

async function ask(room: string, image: string): Promise<ImageLinks> {
  const mine = known;
  if (asking < AT_ONCE_MAX) asking += 1;
  // Takes the place of one that has its answer.
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    const links = await get_image_links(room, image);
    const now_ms = server_now();
    mine.delete(image);
    mine.set(image, { links, good_until_ms: now_ms + life_ms(links.small, now_ms) / 2 });
    for (const old of [...mine.keys()].slice(0, -KNOWN_MAX)) mine.delete(old);
    return links;
  } finally {
    const next = waiting.shift();
    if (next) next();
    else asking -= 1;
  }
}

/** How long a signed link is good, as it says itself: one of our own, or one of S3. */
export function life_ms(link: string, now_ms: number): number {
  const query = new URLSearchParams(link.split("?", 2)[1]);
  const expires_s = Number(query.get("expires"));
  if (expires_s > 0) return Math.max(0, expires_s * 1_000 - now_ms);
  const life_s = Number(query.get("X-Amz-Expires"));
  return life_s > 0 ? life_s * 1_000 : UNKNOWN_LIFE_MS;
}
