// Whether somebody looks at this page, as far as a browser can tell.
import { useEffect, useState } from "preact/hooks";

export const is_looked_at = () => document.visibilityState === "visible" && document.hasFocus();

/** Calls whenever that may have changed; returns how to stop. */
export function watch_looks(look: () => void): () => void {
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
  window.addEventListener("blur", look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    window.removeEventListener("focus", look);
    window.removeEventListener("blur", look);
  };
}

export function useLookedAt(): boolean {
  const [looked_at, set_looked_at] = useState(is_looked_at);
  useEffect(() => {
    const look = () => set_looked_at(is_looked_at());
    look();
    return watch_looks(look);
  }, []);
  return looked_at;
}
