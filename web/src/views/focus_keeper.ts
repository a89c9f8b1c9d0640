// Another page has come, and what had the focus went with the one before: the new one's heading gets it.
import { useEffect, useRef } from "preact/hooks";
import { path_of, route } from "../routes";
import { match } from "../state/match";
import { session } from "../state/session";
import { is_focus_lost } from "../ui/lost_focus";

/** Who types goes on from the top of the new page, and who listens hears what it is. */
export function useFocusKept(): void {
  const who = session.value.name;
  const shown = `${path_of(route.value)} ${who} ${match.value.name}`;
  // Nobody has had the focus of a page that was just loaded.
  const before = useRef<string | null>(null);
  useEffect(() => {
    if (who === "unknown") return;
    const is_first = before.current === null;
    before.current = shown;
    if (is_first) return;
    const frame = requestAnimationFrame(() => {
      if (is_focus_lost()) focus_heading();
    });
    return () => cancelAnimationFrame(frame);
  }, [shown, who]);
}

export function focus_heading(): void {
  const main = document.getElementById("main");
  const heading = main?.querySelector<HTMLElement>("h1, h2") ?? main;
  if (!heading) return;
  if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
