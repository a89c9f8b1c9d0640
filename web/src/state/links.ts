// Links in what is written: which words are one, and when they may be followed.
import type { Message } from "../protocol/frames";

export interface Link {
  text: string;
  href: string;
}

/**
 * Only what an address bar shows as it is: no letters that look like others, none that turn the direction of reading,
 * and in Korean the word that follows without a space does not belong to it.
 */
const ADDRESS = /https:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;
const CLOSING = /[.,:;!?'")\]]$/;

/** The text in pieces, in order: plain ones and links. */
export function split_links(text: string): (string | Link)[] {
  const pieces: (string | Link)[] = [];
  let done = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const link = link_of(without_closing(found[0]));
    if (link === null || follows_a_word(text, found.index)) continue;
    if (found.index > done) pieces.push(text.slice(done, found.index));
    pieces.push(link);
    done = found.index + link.text.length;
  }
  if (done < text.length) pieces.push(text.slice(done));
  return pieces;
}

function follows_a_word(text: string, at: number): boolean {
  return /[a-z\d]/i.test(text[at - 1] ?? "");
}

/** What ends a sentence or closes a bracket around the link is not part of it. */
function without_closing(address: string): string {
  let left = address;
  while (CLOSING.test(left)) {
    const closes_its_own = left.endsWith(")") && left.split("(").length >= left.split(")").length;
    if (closes_its_own) break;
    left = left.slice(0, -1);
  }
  return left;
}

function link_of(text: string): Link | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  // A name before the host only serves to make another host look like it.
  const is_plain = url.protocol === "https:" && url.username === "" && url.password === "";
  return is_plain && url.hostname.includes(".") ? { text, href: url.href } : null;
}

const FIRST_MESSAGES = 5;

/** The first messages of the partner, as far as this page can tell: it may not have the beginning of the room. */
export function first_of_partner(messages: readonly Message[], me: string): ReadonlySet<string> {
  const first = new Set<string>();
  for (const message of messages) {
    if (first.size === FIRST_MESSAGES) break;
    if (message.from !== me) first.add(message.id);
  }
  return first;
}
