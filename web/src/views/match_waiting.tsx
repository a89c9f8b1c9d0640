// Waiting for somebody: how long it has been, and what else can be done.
import { useEffect, useState } from "preact/hooks";
import type { Ticket, WaitingNotice } from "../protocol/frames";
import { look_for_somebody, match_problem, stop_looking } from "../state/match";
import { minutes_and_seconds } from "../texts/formats";
import { problem_said, texts } from "../texts/texts";
import { Button, Notice, Rings } from "../ui/elements";
import { useNow } from "../ui/ticking";
import { distance_text, distances } from "./distance";

/** When this page first saw the ticket: its own clock may differ from the server's. */
const first_seen = new Map<string, number>();

function waiting_since(ticket: Ticket): number {
  const known = first_seen.get(ticket.id);
  if (known !== undefined) return known;
  const since = Math.min(Date.now(), Date.parse(ticket.since));
  first_seen.set(ticket.id, since);
  return since;
}

export function Waiting(props: { ticket: Ticket; notice: WaitingNotice | null }) {
  const t = texts.value;
  const [stopping, set_stopping] = useState(false);
  const now = useNow(1000);
  const { ticket } = props;
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
      <h1>{t.match.waiting_title}</h1>
      <p class="waiting-distance">{distance_text(t, ticket.max_distance_km)}</p>
      <p class="for-listeners">
        {t.match.elapsed} {elapsed}
      </p>
      <p class="lead">{t.match.waiting_lead}</p>
      <div aria-live="polite" class="waiting-news">
        {props.notice === "partner_gone" && (
          <Notice tone="calm" test_id="waiting-partner-gone">
            {t.match.partner_gone}
          </Notice>
        )}
        {props.notice === "long_wait" && (
          <Notice tone="calm" test_id="waiting-long">
            {t.match.long_wait}
          </Notice>
        )}
      </div>
      {match_problem.value && <Notice tone="bad">{problem_said(t, match_problem.value)}</Notice>}
      <div class="waiting-actions">
        {props.notice === "long_wait" && wider !== undefined && (
          <Button on_press={() => void look_for_somebody(wider)} test_id="waiting-widen">
            {wider === null ? t.match.widen_anywhere : t.match.widen(wider)}
          </Button>
        )}
        {props.notice === "long_wait" && (
          <Button
            look="soft"
            on_press={() => void look_for_somebody(ticket.max_distance_km)}
            test_id="waiting-go-on"
          >
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
