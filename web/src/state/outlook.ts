// What somebody who waits may expect: asked for again and again while somebody looks at it.
import { signal } from "@preact/signals";
import { get_outlook, type Outlook } from "../api/match";
import { Problem } from "../api/problem";
import type { Ticket, Wish } from "../protocol/frames";
import { kept_text, wish_of } from "./wish";

interface Known {
  facts: Outlook;
  /** For which ticket and wish it was asked. */
  ticket: string;
  wish: string;
  /** When it was asked, by the clock of this page. */
  at_ms: number;
}

const ASK_EVERY_MS = 15_000;
/** Older facts are none. */
const KEPT_MS = 60_000;

export const outlook = signal<Known | null>(null);

let wanted: Pick<Known, "ticket" | "wish"> | null = null;
let asking = false;
let on_not_waiting = (): void => {};
let next: ReturnType<typeof setTimeout> | undefined;

export function is_fresh(known: Known, now_ms: number): boolean {
  return now_ms - known.at_ms < KEPT_MS;
}

/** Whether it was asked for just this wish, and not for the one before. */
export function is_about(known: Known, wish: Wish): boolean {
  return known.wish === kept_text(wish);
}

/** Asks at once and from then on, as long as the page is visible. Gives back how to stop. */
export function watch_outlook(ticket: Ticket): () => void {
  const mine = { ticket: ticket.id, wish: kept_text(wish_of(ticket)) };
  wanted = mine;
  // What was known with the wish before stays until there is better; that of another search does not.
  if (outlook.value?.ticket !== mine.ticket) outlook.value = null;
  document.addEventListener("visibilitychange", ask);
  void ask();
  return () => {
    document.removeEventListener("visibilitychange", ask);
    clearTimeout(next);
    if (wanted === mine) wanted = null;
  };
}

/** One question at a time: what is asked meanwhile waits for the answer, which comes or fails within a limit. */
async function ask(): Promise<void> {
  clearTimeout(next);
  if (wanted === null || asking || document.visibilityState !== "visible") return;
  const about = wanted;
  const at_ms = Date.now();
  asking = true;
  const facts = await get_outlook().catch((error) =>
    error instanceof Problem && error.code === "not_waiting" ? ("not_waiting" as const) : ("failed" as const),
  );
  asking = false;
  if (about !== wanted) return ask();
  if (facts === "not_waiting") return on_not_waiting();
  if (facts !== "failed") outlook.value = facts && { facts, ...about, at_ms };
  else if (outlook.value?.wish !== about.wish) outlook.value = null;
  clearTimeout(next);
  next = setTimeout(ask, ASK_EVERY_MS);
}

/** What to do when the server does not know of the ticket any more. */
export function when_not_waiting(what: () => void): void {
  on_not_waiting = what;
}

export function clear_outlook(): void {
  clearTimeout(next);
  wanted = null;
  outlook.value = null;
}
