// Where the focus goes when what had it is gone.
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

export function is_focus_lost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** Takes the focus as it appears, when what it takes the place of had it. */
export function useFocusIfLost(mine: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (is_focus_lost()) mine.current?.focus({ preventScroll: true });
  }, [mine]);
}
