// Which chunks of a long history are drawn: those near the screen, and those that somebody holds on to.
import type { RefObject } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Starts } from "./history_chunks";

const NEAR_BOTTOM_PX = 80;
/** So far from the screen a chunk is drawn, and so much further it stays. */
const DRAWN_WITHIN_PX = 1_200;
const STAYS_WITHIN_PX = 2_000;
/** Drawn at first, without looking where they are. */
const DRAWN_AT_FIRST = 3;
/** Of a chunk that was never drawn. */
const GUESSED_HEIGHT_PX = 900;

/** What stood where, seen from the top of the box. */
interface Held {
  element: Element;
  top_px: number;
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
  const [resting, set_resting] = useState<ReadonlyMap<number, number>>(
    () => new Map(starts.slice(0, -DRAWN_AT_FIRST).map((start) => [start, GUESSED_HEIGHT_PX])),
  );

  const look = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    set_away(is_scrolled(box));
    set_resting((before) => resting_in(box, before));
    held.current = first_in_view(box);
  }, []);

  useEffect(() => {
    const box = scroller.current;
    const content = lines.current;
    if (box === null || content === null) return;
    let next_frame = 0;
    const watcher = new ResizeObserver((changed) => {
      if (changed.some((one) => one.target === content)) keep_in_place(box, held.current);
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

  return { scroller, lines, is_away, resting, look };
}

/** The box runs from the bottom up, so 0 is the newest end. */
function is_scrolled(box: Element): boolean {
  return Math.abs(box.scrollTop) > NEAR_BOTTOM_PX;
}

function resting_in(box: Element, before: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const view = box.getBoundingClientRect();
  const kept = held_on_to(box);
  const now = new Map<number, number>();
  for (const chunk of chunks_in(box)) {
    const start = Number(chunk.dataset.chunk);
    const { top, bottom, height } = chunk.getBoundingClientRect();
    const height_before = before.get(start);
    const within_px = height_before === undefined ? STAYS_WITHIN_PX : DRAWN_WITHIN_PX;
    const is_near = bottom >= view.top - within_px && top <= view.bottom + within_px;
    if (!is_near && !kept.has(chunk)) now.set(start, height_before ?? height);
  }
  const is_same = now.size === before.size && [...now.keys()].every((start) => before.has(start));
  return is_same ? before : now;
}

function chunks_in(box: Element): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>("[data-chunk]")];
}

/** A chunk with the focus, an open window, or an end of what is marked, must not go away under somebody's hands. */
function held_on_to(box: Element): ReadonlySet<Element> {
  const marked = getSelection();
  const kept = new Set<Element>();
  for (const node of [document.activeElement, marked?.anchorNode, marked?.focusNode]) {
    const element = node instanceof Element ? node : node?.parentElement;
    const chunk = element?.closest("[data-chunk]");
    if (chunk && box.contains(chunk)) kept.add(chunk);
  }
  return kept;
}

function first_in_view(box: Element): Held | null {
  const view = box.getBoundingClientRect();
  for (const chunk of chunks_in(box)) {
    if (chunk.getBoundingClientRect().bottom <= view.top) continue;
    for (const element of chunk.children) {
      const { top, bottom } = element.getBoundingClientRect();
      if (bottom > view.top) return { element, top_px: top - view.top };
    }
  }
  return null;
}

/** What comes in below the reader's place moves it up; what comes in above does not, for the box runs from below. */
function keep_in_place(box: Element, held: Held | null): void {
  if (!is_scrolled(box) || held === null || !held.element.isConnected) return;
  const moved_px = held.element.getBoundingClientRect().top - box.getBoundingClientRect().top - held.top_px;
  if (Math.abs(moved_px) >= 1) box.scrollTop += moved_px;
}
