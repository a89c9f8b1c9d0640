// Whether something has come into view, or near it.
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

const NEAR = "300px";

/** Stays true once it was. */
export function useSeen(place: RefObject<Element | null>): boolean {
  const [seen, set_seen] = useState(false);
  useEffect(() => {
    if (seen || !place.current) return;
    const watcher = new IntersectionObserver(
      (all) => {
        if (all.some((one) => one.isIntersecting)) set_seen(true);
      },
      { rootMargin: NEAR },
    );
    watcher.observe(place.current);
    return () => watcher.disconnect();
  }, [seen, place]);
  return seen;
}
