// What every window over the page does: keeps the focus inside, gives it back, and may be closed by going back.
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

/** The browser keeps the focus inside, and everything else out of reach. `first` has it at first. */
export function useModal(first: RefObject<HTMLElement | null>): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before it is drawn: a key pressed at once is meant for it already.
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    first.current?.focus();
    return () => {
      element?.close();
      // The dialog may be out of the page already, and then closing it gives nothing back.
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [first]);
  return dialog;
}

/** Going back closes what fills the screen, and leads no further. */
export function useBackCloses(close: () => void): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    const mine = { over: crypto.getRandomValues(new Uint32Array(1))[0] };
    const is_mine = () => (history.state as { over?: number } | null)?.over === mine.over;
    history.pushState(mine, "");
    const on_back = () => {
      if (!is_mine()) latest.current();
    };
    window.addEventListener("popstate", on_back);
    return () => {
      window.removeEventListener("popstate", on_back);
      // Unless something else has led on meanwhile.
      if (is_mine()) history.back();
    };
  }, []);
}
