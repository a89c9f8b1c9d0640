// Waiting for somebody: how long it has been, what to expect, and what else can be done.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Ticket, Wish } from "../protocol/frames";
import { drop_condition, look_for_somebody, match_problem, stop_looking } from "../state/match";
import type { MatchPhase, WaitingNews } from "../state/match_phase";
import { on_this_clock } from "../state/server_clock";
import { conditions_of, narrows, wish_of } from "../state/wish";
import { minutes_and_seconds } from "../texts/formats";
import { problem_said, texts } from "../texts/texts";
import { Button, Notice, Rings } from "../ui/elements";
import { useNow } from "../ui/ticking";
import { distances } from "./distance";
import { OutlookCard, useOutlook } from "./match_outlook";
import { ConditionChips } from "./match_who";
import { WidenButton } from "./match_widen";
import { wish_text } from "./wish_words";

/** Since when, by the clock of this page. It stays as it was first seen, so that what runs up never runs back. */
const first_seen = new Map<string, number>();

function waiting_since(ticket: Ticket): number {
  const known = first_seen.get(ticket.id);
  if (known !== undefined) return known;
  const since = Math.min(Date.now(), on_this_clock(Date.parse(ticket.since)));
  first_seen.set(ticket.id, since);
  return since;
}

export function Waiting(props: { phase: Extract<MatchPhase, { name: "waiting" }> }) {
  const t = texts.value;
  const now = useNow(1000);
  const title = useRef<HTMLHeadingElement>(null);
  const { ticket, notice, paused_until_ms } = props.phase;
  const wanted = wish_of(ticket);
  const elapsed = minutes_and_seconds((now - waiting_since(ticket)) / 1000);
  // A pause that began after the last tick is not longer for it.
  const pause_left_ms = Math.min(ticket.paused_ms ?? 0, (paused_until_ms ?? 0) - now);
  const is_paused = pause_left_ms > 0;
  const pause_left = minutes_and_seconds(Math.ceil(pause_left_ms / 1000));
  const outlook = useOutlook(ticket, !is_paused, now);
  const suggested = outlook?.narrowest ?? null;
  const is_long = notice === "long_wait";
  // Who was just missed is not told that one may leave the page.
  const may_leave = !is_long && !is_paused && notice !== "missed";
  const all = distances();
  const focus_title = () => title.current?.focus();

  useEffect(() => () => first_seen.delete(ticket.id), [ticket.id]);

  return (
    <div class="waiting" data-testid="waiting">
      <Rings lit={all.indexOf(ticket.max_distance_km) + 1} all={all.length} alive={!is_paused}>
        {is_paused ? <strong>{pause_left}</strong> : <strong data-testid="waiting-elapsed">{elapsed}</strong>}
      </Rings>
      <h1 ref={title} tabIndex={-1}>
        {is_paused ? t.match.paused_title : t.match.waiting_title}
      </h1>
      <p class="waiting-wish" aria-live="polite" data-testid="waiting-wish">
        {wish_text(t, wanted)}
      </p>
      <ConditionChips
        of={wanted}
        but={suggested === null || suggested === "distance" ? undefined : suggested}
        on_drop={(condition) => void drop_condition(condition)}
        on_none_left={focus_title}
      />
      <p class="for-listeners">
        {t.match.elapsed} {elapsed}
      </p>
      <div aria-live="polite" class="waiting-news">
        <News notice={notice} is_paused={is_paused} wanted={wanted} />
      </div>
      {is_paused && (
        // Beside what is read aloud: every second of it would drown everything else.
        <p class="waiting-pause" data-testid="waiting-pause-left">
          {t.match.paused_left(pause_left)}
        </p>
      )}
      {outlook && <OutlookCard of={outlook} wanted={ticket} on_gone={focus_title} />}
      {may_leave && <p class="lead">{t.match.waiting_lead}</p>}
      {match_problem.value && <Notice tone="bad">{problem_said(t, match_problem.value)}</Notice>}
      <div class="waiting-actions">
        {is_long && suggested === null && narrows(wanted, "distance") && (
          <WidenButton look="strong" wanted={wanted} by="distance" on_gone={focus_title} />
        )}
        {is_long && (
          <Button look="soft" on_press={() => void look_for_somebody(wanted)} test_id="waiting-go-on">
            {t.match.go_on}
          </Button>
        )}
        <Stop />
      </div>
    </div>
  );
}

function Stop() {
  const t = texts.value;
  const [stopping, set_stopping] = useState(false);

  async function stop() {
    set_stopping(true);
    await stop_looking();
    set_stopping(false);
  }

  return (
    <Button look="plain" busy={stopping} on_press={() => void stop()} test_id="waiting-stop">
      {t.match.stop}
    </Button>
  );
}

/** What has happened while waiting. */
function News(props: { notice: WaitingNews | null; is_paused: boolean; wanted: Wish }) {
  const t = texts.value;
  switch (props.notice) {
    case "partner_gone":
      return (
        <Notice tone="calm" test_id="waiting-partner-gone">
          {t.match.partner_gone}
        </Notice>
      );
    case "passed":
      return (
        <Notice tone="calm" test_id="waiting-passed">
          {t.match.passed}
        </Notice>
      );
    case "missed":
      return (
        <Notice tone="calm" test_id="waiting-missed">
          {t.match.missed}
        </Notice>
      );
    case "long_wait":
      return (
        <Notice tone="calm" test_id="waiting-long">
          {conditions_of(props.wanted).length > 0 ? t.match.long_wait_conditions : t.match.long_wait}
        </Notice>
      );
    case "paused":
      return props.is_paused ? (
        <Notice tone="calm" test_id="waiting-paused">
          {t.match.paused}
        </Notice>
      ) : null;
    case null:
      return null;
  }
}
