// Which chunks of a long history are drawn: those near the screen, and those that somebody holds on to.
import type { RefObject } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Starts } from "./history_chunks";

const NEAR_BOTTOM_PX = 80;
/** So near to the screen a chunk is drawn at once; so near, after all others; and it stays so long. */
const DRAWN_AT_ONCE_WITHIN_PX = 300;
const DRAWN_WITHIN_PX = 1_200;
const STAYS_WITHIN_PX = 2_000;
/** Drawn at first, without looking where they are. */
const DRAWN_AT_FIRST = 3;
/** Of a chunk that was never drawn. */
const GUESSED_HEIGHT_PX = 900;

/** The message the reader looks at, and how far it stands from the newest end. */
interface Held {
  id: string;
  from_end_px: number;
}

export interface HistoryWindow {
  scroller: RefObject<HTMLDivElement | null>;
  lines: RefObject<HTMLDivElement | null>;
  /** The reader is not at the newest end. */
  is_away: boolean;
  /** How high the place is that a chunk leaves while it is not drawn, by where it begins. */
  resting: ReadonlyMap<number, number>;
  look: () => void;
}

export function useHistoryWindow(starts: Starts): HistoryWindow {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useRef<HTMLDivElement>(null);
  const held = useRef<Held | null>(null);
  const [is_away, set_away] = useState(false);
  const [drawings, draw] = useState(0);
  const resting = useRest(starts);
  const latest_starts = useRef(starts);
  latest_starts.current = starts;

  const look = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    keep_in_place(box, held.current);
    held.current = first_in_view(box);
    set_away(is_scrolled(box));
    const now = resting_in(box, latest_starts.current, resting.current);
    if (now === resting.current) return;
    resting.current = now;
    draw((times) => times + 1);
  }, [resting]);

  useEffect(() => {
    if (drawings === 0) return;
    const next_frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(next_frame);
  }, [drawings, look]);

  useEffect(() => {
    const box = scroller.current;
    const content = lines.current;
    if (box === null || content === null) return;
    let next_frame = 0;
    const watcher = new ResizeObserver(() => {
      keep_in_place(box, held.current);
      cancelAnimationFrame(next_frame);
      // Drawing more right here would change sizes that are being told.
      next_frame = requestAnimationFrame(look);
    });
    watcher.observe(content);
    watcher.observe(box);
    return () => {
      watcher.disconnect();
      cancelAnimationFrame(next_frame);
    };
  }, [look]);

  return { scroller, lines, is_away, resting: resting.current, look };
}

/** The heights of the chunks that are not drawn. What comes in above is not, before somebody looks where it is. */
function useRest(starts: Starts): RefObject<ReadonlyMap<number, number>> {
  const resting = useRef<ReadonlyMap<number, number>>(new Map());
  const first = useRef<number | null>(null);
  const above =
    first.current === null
      ? starts.slice(0, -DRAWN_AT_FIRST)
      : starts.filter((start) => start < (first.current ?? 0));
  if (above.length > 0)
    resting.current = new Map([
      ...resting.current,
      ...above.map((start) => [start, GUESSED_HEIGHT_PX] as const),
    ]);
  first.current = starts[0] ?? null;
  return resting;
}

/** The box runs from the bottom up, so 0 is the newest end. */
function is_scrolled(box: Element): boolean {
  return Math.abs(box.scrollTop) > NEAR_BOTTOM_PX;
}

function resting_in(
  box: Element,
  starts: Starts,
  before: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  const view = box.getBoundingClientRect();
  const away_px = (top: number, bottom: number) => Math.max(view.top - bottom, top - view.bottom);
  const kept = held_on_to(box);
  const now = new Map<number, number>();
  for (const chunk of box.querySelectorAll<HTMLElement>("[data-chunk]")) {
    const { top, bottom, height } = chunk.getBoundingClientRect();
    const stays = away_px(top, bottom) <= STAYS_WITHIN_PX || kept.has(chunk);
    if (!stays) now.set(Number(chunk.dataset.chunk), height);
  }
  let next = { start: Number.NaN, away_px: DRAWN_WITHIN_PX };
  for (const place of box.querySelectorAll<HTMLElement>("[data-resting]")) {
    let { top } = place.getBoundingClientRect();
    for (let at = starts.indexOf(Number(place.dataset.resting)); ; at += 1) {
      const start = starts[at] ?? Number.NaN;
      const height = before.get(start);
      if (height === undefined) break;
      const away = away_px(top, top + height);
      if (away > DRAWN_AT_ONCE_WITHIN_PX) now.set(start, height);
      if (away > DRAWN_AT_ONCE_WITHIN_PX && away <= next.away_px) next = { start, away_px: away };
      top += height;
    }
  }
  // One at a time: many would be felt.
  now.delete(next.start);
  const is_same = now.size === before.size && [...now.keys()].every((start) => before.has(start));
  return is_same ? before : now;
}

/** What has the focus, an open window, or is marked, must not go away under somebody's hands. */
function held_on_to(box: Element): ReadonlySet<Element> {
  const marked = getSelection();
  const range = marked !== null && marked.rangeCount > 0 ? marked.getRangeAt(0) : null;
  const chunks = [...box.querySelectorAll("[data-chunk]")];
  return new Set(
    chunks.filter((chunk) => chunk.contains(document.activeElement) || range?.intersectsNode(chunk)),
  );
}

function first_in_view(box: Element): Held | null {
  const view = box.getBoundingClientRect();
  for (const chunk of box.querySelectorAll("[data-chunk]")) {
    if (chunk.getBoundingClientRect().bottom <= view.top) continue;
    for (const message of chunk.querySelectorAll<HTMLElement>("[data-id]")) {
      const is_in_view = message.getBoundingClientRect().bottom > view.top;
      if (is_in_view) return { id: message.dataset.id ?? "", from_end_px: from_end_px(box, message) };
    }
  }
  return null;
}

/** Scrolling does not change it, nor does what comes in above: the box runs from the bottom up. */
function from_end_px(box: Element, message: Element): number {
  return box.getBoundingClientRect().bottom - message.getBoundingClientRect().top - box.scrollTop;
}

/** What comes in below the reader's place would move it up. */
function keep_in_place(box: Element, held: Held | null): void {
  if (held === null || !is_scrolled(box)) return;
  // Its element may be another one by now.
  const message = box.querySelector(`[data-id="${CSS.escape(held.id)}"]`);
  if (message === null) return;
  const came_in_px = from_end_px(box, message) - held.from_end_px;
  if (Math.abs(came_in_px) < 1) return;
  box.scrollTop -= came_in_px;
  held.from_end_px += came_in_px;
}
