// Where a member is between "not looking" and "in a room", as a pure value.
import type { MatchOutcome, Proposal, Ticket, WaitingNotice } from "../protocol/frames";

export type Ending = Exclude<MatchOutcome, "accepted"> | "lost";

/** What there is to say to somebody who waits; of a pass of one's own, and of a miss, only the page speaks. */
export type WaitingNews = WaitingNotice | "passed" | "missed";

export type MatchPhase =
  | { name: "idle"; ending: Ending | null }
  | { name: "joining" }
  | {
      name: "waiting";
      ticket: Ticket;
      notice: WaitingNews | null;
      /** Until when nobody is looked for, by the clock of this page. */
      paused_until_ms: number | null;
    }
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
  | { type: "ticket"; ticket: Ticket; notice: WaitingNews | null; now_ms: number }
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
      return waiting(phase, event.ticket, event.notice, event.now_ms);
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

function waiting(before: MatchPhase, ticket: Ticket, notice: WaitingNews | null, now_ms: number): MatchPhase {
  const paused_ms = ticket.paused_ms ?? 0;
  if (paused_ms > 0)
    return { name: "waiting", ticket, notice: "paused", paused_until_ms: now_ms + paused_ms };
  const news = notice === "paused" ? null : notice;
  return { name: "waiting", ticket, notice: news ?? lasting_news(before), paused_until_ms: null };
}

/** News that a ticket which comes without any does not end. */
function lasting_news(phase: MatchPhase): WaitingNews | null {
  switch (phase.name) {
    case "idle":
      return phase.ending === "declined" ? "passed" : phase.ending === "missed" ? "missed" : null;
    case "joining":
      return null;
    case "waiting":
      return phase.notice === "passed" || phase.notice === "missed" ? phase.notice : null;
    case "proposed":
      return phase.answer === "decline" ? "passed" : null;
  }
}

const news_of: Partial<Record<MatchOutcome, WaitingNews>> = {
  not_matched: "partner_gone",
  declined: "passed",
  missed: "missed",
};

/** Who was not accepted, said no or was not there goes on waiting with the same ticket; everybody else is out. */
function ended(phase: MatchPhase, outcome: MatchOutcome): MatchPhase {
  if (outcome === "accepted") return not_looking;
  const notice = news_of[outcome];
  const ticket = phase.name === "waiting" || phase.name === "proposed" ? phase.ticket : null;
  if (notice !== undefined && ticket !== null)
    return { name: "waiting", ticket, notice, paused_until_ms: null };
  return { name: "idle", ending: outcome };
}
