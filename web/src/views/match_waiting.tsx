// Waiting for somebody: how long it has been, and what else can be done.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Ticket } from "../protocol/frames";
import { drop_condition, look_for_somebody, match_problem, stop_looking } from "../state/match";
import type { WaitingNews } from "../state/match_phase";
import { conditions_of, wish_of } from "../state/wish";
import { minutes_and_seconds } from "../texts/formats";
import { problem_said, texts } from "../texts/texts";
import { Button, Notice, Rings } from "../ui/elements";
import { useNow } from "../ui/ticking";
import { distances } from "./distance";
import { ConditionChips } from "./match_who";
import { wish_text } from "./wish_words";

/** When this page first saw the ticket: its own clock may differ from the server's. */
const first_seen = new Map<string, number>();

function waiting_since(ticket: Ticket): number {
  const known = first_seen.get(ticket.id);
  if (known !== undefined) return known;
  const since = Math.min(Date.now(), Date.parse(ticket.since));
  first_seen.set(ticket.id, since);
  return since;
}

export function Waiting(props: { ticket: Ticket; notice: WaitingNews | null }) {
  const t = texts.value;
  const [stopping, set_stopping] = useState(false);
  const now = useNow(1000);
  const title = useRef<HTMLHeadingElement>(null);
  const { ticket } = props;
  const wanted = wish_of(ticket);
  const elapsed = minutes_and_seconds((now - waiting_since(ticket)) / 1000);
  const all = distances();
  const at = all.indexOf(ticket.max_distance_km);
  const wider = ticket.max_distance_km === null ? undefined : all[at + 1];

  useEffect(() => () => first_seen.delete(ticket.id), [ticket.id]);

  async function stop() {
    set_stopping(true);
    await stop_looking();
    set_stopping(false);
  }

  return (
    <div class="waiting" data-testid="waiting">
      <Rings lit={at + 1} all={all.length} alive>
        <strong data-testid="waiting-elapsed">{elapsed}</strong>
      </Rings>
      <h1 ref={title} tabIndex={-1}>
        {t.match.waiting_title}
      </h1>
      <p class="waiting-wish" aria-live="polite" data-testid="waiting-wish">
        {wish_text(t, wanted)}
      </p>
      <ConditionChips
        of={wanted}
        on_drop={(condition) => void drop_condition(condition)}
        on_none_left={() => title.current?.focus()}
      />
      <p class="for-listeners">
        {t.match.elapsed} {elapsed}
      </p>
      {props.notice !== "long_wait" && <p class="lead">{t.match.waiting_lead}</p>}
      <div aria-live="polite" class="waiting-news">
        {props.notice === "partner_gone" && (
          <Notice tone="calm" test_id="waiting-partner-gone">
            {t.match.partner_gone}
          </Notice>
        )}
        {props.notice === "passed" && (
          <Notice tone="calm" test_id="waiting-passed">
            {t.match.passed}
          </Notice>
        )}
        {props.notice === "long_wait" && (
          <Notice tone="calm" test_id="waiting-long">
            {conditions_of(wanted).length > 0 ? t.match.long_wait_conditions : t.match.long_wait}
          </Notice>
        )}
      </div>
      {match_problem.value && <Notice tone="bad">{problem_said(t, match_problem.value)}</Notice>}
      <div class="waiting-actions">
        {props.notice === "long_wait" && wider !== undefined && (
          <Button
            on_press={() => void look_for_somebody({ ...wanted, max_distance_km: wider })}
            test_id="waiting-widen"
          >
            {wider === null ? t.match.widen_anywhere : t.match.widen(wider)}
          </Button>
        )}
        {props.notice === "long_wait" && (
          <Button look="soft" on_press={() => void look_for_somebody(wanted)} test_id="waiting-go-on">
            {t.match.go_on}
          </Button>
        )}
        <Button look="plain" busy={stopping} on_press={() => void stop()} test_id="waiting-stop">
          {t.match.stop}
        </Button>
      </div>
    </div>
  );
}
