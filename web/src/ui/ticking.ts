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

/** True until a moment of some clock. */
export function useBefore(until_ms: number, now: () => number): boolean {
  const [, look_again] = useState(0);
  const left_ms = until_ms - now();
  useEffect(() => {
    if (left_ms <= 0) return;
    const timer = setTimeout(() => look_again((times) => times + 1), left_ms);
    return () => clearTimeout(timer);
  });
  return left_ms > 0;
}

export function useNow(every_ms: number): number {
  const [now, set_now] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => set_now(Date.now()), every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
  return now;
}
