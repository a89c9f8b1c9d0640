// Where a member is between "not looking" and "in a room", as a pure value.
import type { MatchOutcome, Proposal, Ticket, WaitingNotice } from "../protocol/frames";

export type Ending = Exclude<MatchOutcome, "accepted"> | "lost";

export type MatchPhase =
  | { name: "idle"; ending: Ending | null }
  | { name: "joining" }
  | { name: "waiting"; ticket: Ticket; notice: WaitingNotice | null }
  | {
      name: "proposed";
      proposal: Proposal;
      deadline_ms: number;
      answer: null | "accept" | "decline";
      ticket: Ticket | null;
    };

export type MatchEvent =
  | { type: "join_asked" }
  | { type: "join_failed" }
  | { type: "ticket"; ticket: Ticket; notice: WaitingNotice | null }
  | { type: "no_ticket"; ending: Ending | null }
  | { type: "proposed"; proposal: Proposal; now_ms: number }
  | { type: "answered"; answer: "accept" | "decline" | null }
  | { type: "ended"; outcome: MatchOutcome };

export const not_looking: MatchPhase = { name: "idle", ending: null };

export function next_phase(phase: MatchPhase, event: MatchEvent): MatchPhase {
  switch (event.type) {
    case "join_asked":
      return phase.name === "idle" ? { name: "joining" } : phase;
    case "join_failed":
      return phase.name === "joining" ? not_looking : phase;
    case "ticket":
      return { name: "waiting", ticket: event.ticket, notice: event.notice };
    case "no_ticket":
      return phase.name === "idle" && event.ending === null ? phase : { name: "idle", ending: event.ending };
    case "proposed":
      return proposed(phase, event.proposal, event.now_ms);
    case "answered":
      return phase.name === "proposed" ? { ...phase, answer: event.answer } : phase;
    case "ended":
      return ended(phase, event.outcome);
  }
}

function proposed(phase: MatchPhase, proposal: Proposal, now_ms: number): MatchPhase {
  const same = phase.name === "proposed" && phase.proposal.id === proposal.id;
  return {
    name: "proposed",
    proposal,
    deadline_ms: now_ms + proposal.expires_in_ms,
    answer: proposal.answered ?? (same ? phase.answer : null),
    ticket: phase.name === "waiting" || phase.name === "proposed" ? phase.ticket : null,
  };
}

/** Who was not accepted goes on waiting with the same ticket; everybody else is out. */
function ended(phase: MatchPhase, outcome: MatchOutcome): MatchPhase {
  if (outcome === "accepted") return not_looking;
  if (outcome === "not_matched" && phase.name === "waiting") return { ...phase, notice: "partner_gone" };
  if (outcome === "not_matched" && phase.name === "proposed" && phase.ticket !== null)
    return { name: "waiting", ticket: phase.ticket, notice: "partner_gone" };
  return { name: "idle", ending: outcome };
}
