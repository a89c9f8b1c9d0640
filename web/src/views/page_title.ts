// What the tab of this page says: unread messages, and that somebody was found while nobody looks.
import { useEffect } from "preact/hooks";
import { match } from "../state/match";
import { UNREAD_SHOWN_MAX, unread_total } from "../state/rooms";
import { session } from "../state/session";
import { texts } from "../texts/texts";
import { useLookedAt } from "../ui/looked_at";

const ICON = "/favicon.svg";
const ICON_FOUND = "/favicon_found.svg";

export function usePageTitle(): void {
  const t = texts.value;
  const is_looked_at = useLookedAt();
  const phase = match.value;
  // Thirty seconds are short. They are not counted here: browsers let hidden pages count once a minute.
  const calls = phase.name === "proposed" && phase.answer === null && !is_looked_at;
  const unread = session.value.name === "in" ? unread_total.value : 0;

  useEffect(() => {
    const title = calls ? `❗ ${t.proposal.title}` : t.app.page_title;
    const count = unread > UNREAD_SHOWN_MAX ? `${UNREAD_SHOWN_MAX}+` : unread;
    document.title = unread > 0 && !calls ? `(${count}) ${title}` : title;
  }, [unread, calls, t]);

  useEffect(() => {
    const icon = document.querySelector('link[rel="icon"]');
    icon?.setAttribute("href", calls ? ICON_FOUND : ICON);
  }, [calls]);
}
