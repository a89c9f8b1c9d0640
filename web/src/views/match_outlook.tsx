// What to expect while waiting: how long it takes, how many are there, and what keeps most of them away.
import { useEffect } from "preact/hooks";
import type { Narrowing, Outlook } from "../api/match";
import type { Ticket } from "../protocol/frames";
import { is_about, is_fresh, outlook, watch_outlook } from "../state/outlook";
import { kept_text, narrows, wish_of } from "../state/wish";
import { whole_number } from "../texts/formats";
import type { Texts } from "../texts/ko";
import { texts } from "../texts/texts";
import { ClockMark, PairIcon } from "../ui/icons";
import { WidenButton } from "./match_widen";

export interface ShownOutlook {
  facts: Outlook;
  /** What to give up for the most people; null when nothing that is asked for matters. */
  narrowest: Narrowing | null;
  /** The wish has changed since; the answer for the new one is on its way. */
  is_outdated: boolean;
}

/** What is known of late; it is asked for as long as it is wanted. */
export function useOutlook(ticket: Ticket, is_wanted: boolean, now_ms: number): ShownOutlook | null {
  const wish = wish_of(ticket);
  useEffect(() => (is_wanted ? watch_outlook(ticket) : undefined), [ticket.id, kept_text(wish), is_wanted]);
  const known = outlook.value;
  if (!is_wanted || known === null || known.ticket !== ticket.id || !is_fresh(known, now_ms)) return null;
  const { narrowest } = known.facts;
  const is_outdated = !is_about(known, wish);
  const can_give_up = narrowest !== null && (is_outdated || narrows(wish, narrowest));
  return { facts: known.facts, narrowest: can_give_up ? narrowest : null, is_outdated };
}

export function OutlookCard(props: { of: ShownOutlook; wanted: Ticket; on_gone: () => void }) {
  const t = texts.value;
  const { facts, narrowest, is_outdated } = props.of;
  return (
    <section class="outlook card" aria-label={t.outlook.title} data-testid="outlook">
      <ul class="outlook-facts">
        <li data-testid="outlook-wait">
          <ClockMark /> {wait_text(t, facts.wait_s)}
        </li>
        <li data-testid="outlook-in-reach">
          <PairIcon /> {in_reach_text(t, facts.in_reach_at_least)}
        </li>
      </ul>
      {narrowest !== null && (
        <div class="outlook-widen">
          <p class="small" data-testid="outlook-narrowest">
            {t.outlook.narrowest(narrowest)}
          </p>
          <WidenButton
            look="soft"
            wanted={props.wanted}
            by={narrowest}
            busy={is_outdated}
            on_gone={props.on_gone}
          />
        </div>
      )}
    </section>
  );
}

function wait_text(t: Texts, wait_s: number | null): string {
  if (wait_s === null) return t.outlook.wait_unknown;
  return t.outlook.wait(Math.floor(wait_s / 60), wait_s % 60);
}

function in_reach_text(t: Texts, at_least: number): string {
  return at_least === 0 ? t.outlook.few : t.outlook.many(whole_number(at_least));
}
