// The present moment, again and again, for what counts up or down.
import { useEffect, useState } from "preact/hooks";

/** True once something has been so for a while: what passes at once is not worth a word. */
export function useLasting(is_so: boolean, after_ms: number): boolean {
  const [lasting, set_lasting] = useState(false);
  useEffect(() => {
    if (!is_so) return set_lasting(false);
    const timer = setTimeout(() => set_lasting(true), after_ms);
    return () => clearTimeout(timer);
  }, [is_so, after_ms]);
  return is_so && lasting;
}

export function useNow(every_ms: number): number {
  const [now, set_now] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => set_now(Date.now()), every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
  return now;
}
