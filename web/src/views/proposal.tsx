// The card of somebody who was found, with thirty seconds to say yes or no.
import { client_settings } from "../state/client_settings";
import { answer, match_problem } from "../state/match";
import type { MatchPhase } from "../state/match_phase";
import { number_range } from "../texts/formats";
import { problem_said, texts } from "../texts/texts";
import { Avatar, Button, Dialog, Notice } from "../ui/elements";
import { PinIcon } from "../ui/icons";
import { useNow } from "../ui/ticking";
import { interest_text } from "./interests";

type Proposed = Extract<MatchPhase, { name: "proposed" }>;

const CIRCLE = 2 * Math.PI * 54;

export function ProposalDialog(props: { phase: Proposed }) {
  const t = texts.value;
  const { proposal, answer: given } = props.phase;
  const { partner } = proposal;
  return (
    <Dialog title={t.proposal.title} on_dismiss={null} test_id="proposal">
      <div class="proposal">
        <Countdown deadline_ms={props.phase.deadline_ms}>
          <Avatar name={partner.nickname} image={partner.image} size="large" />
        </Countdown>
        <p class="proposal-name" data-testid="proposal-nickname">
          <bdi>{partner.nickname}</bdi>
        </p>
        <p class="proposal-facts">
          {[
            partner.sex === "undisclosed" ? "" : t.sex[partner.sex],
            t.proposal.age(number_range(partner.age_band)),
          ]
            .filter((fact) => fact !== "")
            .join(" · ")}
        </p>
        <p class="pill">
          <PinIcon /> {t.distance[partner.distance_band]}
        </p>
        {partner.shared_interests.length > 0 && (
          <div class="proposal-shared">
            <p class="small">{t.proposal.shared}</p>
            <ul class="tags">
              {partner.shared_interests.map((tag) => (
                <li key={tag}>{interest_text(t, tag)}</li>
              ))}
            </ul>
          </div>
        )}
        {match_problem.value && <Notice tone="bad">{problem_said(t, match_problem.value)}</Notice>}
        {given === null ? <Answers /> : <Given answer={given} />}
      </div>
    </Dialog>
  );
}

function Answers() {
  const t = texts.value;
  return (
    <>
      <p class="lead">{t.proposal.lead}</p>
      <div class="proposal-actions">
        <Button look="soft" on_press={() => void answer("decline")} test_id="proposal-decline">
          {t.proposal.decline}
        </Button>
        <Button on_press={() => void answer("accept")} test_id="proposal-accept">
          {t.proposal.accept}
        </Button>
      </div>
    </>
  );
}

function Given(props: { answer: "accept" | "decline" }) {
  const t = texts.value;
  return (
    <Notice tone={props.answer === "accept" ? "good" : "calm"} test_id="proposal-given">
      {props.answer === "accept" ? t.proposal.accepted : t.proposal.declining}
    </Notice>
  );
}

function Countdown(props: { deadline_ms: number; children: preact.ComponentChildren }) {
  const t = texts.value;
  const left_ms = Math.max(0, props.deadline_ms - useNow(250));
  const left_s = Math.ceil(left_ms / 1000);
  const part = Math.min(1, left_ms / client_settings.value.proposal_ms);
  // Said only now and then: every second would drown everything else.
  const said = left_s > 0 && left_s % 10 === 0 ? t.proposal.seconds_left(left_s) : "";
  return (
    <>
      <div class={left_s <= 10 ? "countdown countdown-late" : "countdown"}>
        <svg viewBox="0 0 120 120" aria-hidden="true">
          <circle cx="60" cy="60" r="54" class="countdown-track" />
          <circle
            cx="60"
            cy="60"
            r="54"
            class="countdown-left"
            stroke-dasharray={CIRCLE}
            stroke-dashoffset={CIRCLE * (1 - part)}
          />
        </svg>
        {props.children}
      </div>
      <p class="countdown-text" data-testid="proposal-seconds">
        {left_s > 0 ? t.proposal.seconds_left(left_s) : t.proposal.time_up}
      </p>
      <p class="for-listeners" aria-live="polite">
        {said}
      </p>
    </>
  );
}
