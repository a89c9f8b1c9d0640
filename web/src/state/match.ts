// Looking for somebody: asks over HTTP, listens to the socket, and knows where the member is in it.
import { signal } from "@preact/signals";
import type { Narrowing } from "../api/match";
import * as api from "../api/match";
import { Problem, problem_from } from "../api/problem";
import type { MatchOutcome, Proposal, Ready, Ticket, Wish } from "../protocol/frames";
import { navigate, route } from "../routes";
import { client_settings } from "./client_settings";
import { keep, read_kept, when_kept_elsewhere } from "./kept";
import { type MatchEvent, type MatchPhase, next_phase, not_looking, type WaitingNews } from "./match_phase";
import { clear_outlook, when_not_waiting } from "./outlook";
import { forget_place, place, share_again } from "./place";
import { type Condition, kept_text, widened, wish_from, wish_of, without } from "./wish";

export const match = signal<MatchPhase>(not_looking);

/** Why the last wish about matching could not be done. */
export const match_problem = signal<Problem | null>(null);

/** Whom the member wishes to meet; while waiting, what the ticket says. */
export const wish = signal<Wish>(wish_from(read_kept("wish")));

/** A question to be matched is on its way; a second one could overtake it. */
export const asking = signal(false);

const REJOIN_AT_MOST_EVERY_MS = 60_000;
const ASK_AFTER_DEADLINE_MS = 3_000;

let rejoined_at_ms = Number.NEGATIVE_INFINITY;
let after_deadline: ReturnType<typeof setTimeout> | undefined;
/** The newest proposal that has ended: a push about it that comes late means nothing. */
let ended_proposal: string | null = null;

function change(event: MatchEvent): void {
  const before = match.value.name;
  match.value = next_phase(match.value, event);
  // What went wrong with a proposal is of no use on the page that follows it.
  if (match.value.name !== before) match_problem.value = null;
}

function has_code(error: unknown, code: string): boolean {
  return error instanceof Problem && error.code === code;
}

when_kept_elsewhere("wish", () => {
  // Of a ticket the server tells every page.
  if (match.value.name === "idle") wish.value = wish_from(read_kept("wish"));
});

function hold_wish(wanted: Wish): void {
  wish.value = wanted;
  keep("wish", kept_text(wanted));
}

/** Another choice on the page; what was wrong with the one before is of no use any more. */
export function choose_wish(wanted: Wish): void {
  hold_wish(wanted);
  match_problem.value = null;
}

/** Goes by a ticket of this member: its wish is the wish. */
function hold_ticket(ticket: Ticket, notice: WaitingNews | null): void {
  hold_wish(wish_of(ticket));
  change({ type: "ticket", ticket, notice, now_ms: Date.now() });
}

async function ask_with_place(wanted: Wish): Promise<Ticket> {
  try {
    return await api.ask_for_match(wanted);
  } catch (error) {
    if (!has_code(error, "place_needed") || !(await share_again())) throw error;
    return api.ask_for_match(wanted);
  }
}

/** Joins the queue, or, when already in it, goes on waiting with this wish. */
export async function look_for_somebody(wanted: Wish = wish.value): Promise<void> {
  if (asking.value) return;
  asking.value = true;
  match_problem.value = null;
  change({ type: "join_asked" });
  try {
    const ticket = await ask_with_place(wanted);
    if (match.value.name !== "proposed") hold_ticket(ticket, null);
  } catch (error) {
    change({ type: "join_failed" });
    if (has_code(error, "place_needed")) place.value = { name: "not_shared" };
    match_problem.value = problem_from(error);
  } finally {
    asking.value = false;
  }
}

/** Goes on waiting with less of what keeps people away. */
export async function widen(by: Narrowing): Promise<void> {
  const phase = match.value;
  if (phase.name !== "waiting") return;
  return look_for_somebody(widened(wish_of(phase.ticket), by, client_settings.value.max_distances_km));
}

/** Stops asking for something: at once when not looking yet, else by asking anew for the rest. */
export async function drop_condition(condition: Condition): Promise<void> {
  const phase = match.value;
  if (phase.name === "waiting") return look_for_somebody(without(wish_of(phase.ticket), condition));
  choose_wish(without(wish.value, condition));
}

export async function stop_looking(): Promise<void> {
  match_problem.value = null;
  try {
    await api.cancel_match();
    change({ type: "no_ticket", ending: null });
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return change({ type: "no_ticket", ending: null });
    match_problem.value = problem_from(error);
  }
}

export async function answer(what: "accept" | "decline"): Promise<void> {
  const phase = match.value;
  if (phase.name !== "proposed" || phase.answer !== null) return;
  match_problem.value = null;
  change({ type: "answered", answer: what });
  try {
    const taken = await api.answer_proposal(phase.proposal.id, phase.proposal.token, what);
    if (taken.state === "accepted" && taken.room) {
      ended_proposal = phase.proposal.id;
      enter_room(taken.room);
    }
    if (taken.state === "declined") on_match_ended("declined", null, phase.proposal.id);
  } catch (error) {
    if (error instanceof Problem && error.status >= 400 && error.status < 500) return on_answer_refused();
    change({ type: "answered", answer: null });
    match_problem.value = problem_from(error);
  }
}

function on_answer_refused(): void {
  if (match.value.name === "proposed") void learn_ticket("not_matched");
}

function enter_room(room: string): void {
  clearTimeout(after_deadline);
  change({ type: "ended", outcome: "accepted" });
  navigate({ name: "room", room });
}

export function on_proposed(proposal: Proposal): void {
  if (proposal.id === ended_proposal) return;
  change({ type: "proposed", proposal, now_ms: Date.now() });
  clearTimeout(after_deadline);
  // The end is pushed; should that push be lost, the page asks.
  after_deadline = setTimeout(() => {
    if (match.value.name === "proposed") void learn_ticket("expired");
  }, proposal.expires_in_ms + ASK_AFTER_DEADLINE_MS);
}

export function on_waiting(ticket: Ticket, notice: WaitingNews | null): void {
  // The end of a proposal comes before the wait after it; so this was said before the proposal, and came late.
  const phase = match.value;
  if (phase.name === "proposed" && Date.now() < phase.deadline_ms && phase.answer !== "decline") return;
  hold_ticket(ticket, notice);
}

export function on_match_ended(outcome: MatchOutcome, room: string | null, proposal: string | null): void {
  const phase = match.value;
  const of_this_proposal = phase.name === "proposed" && (proposal === null || phase.proposal.id === proposal);
  ended_proposal = proposal ?? ended_proposal;
  if (phase.name === "proposed" && !of_this_proposal) return;
  clearTimeout(after_deadline);
  if (outcome === "accepted" && room !== null) {
    // A second tab that shows something else is not torn away from it.
    if (of_this_proposal || route.value.name === "match") return enter_room(room);
    return change({ type: "ended", outcome });
  }
  change({ type: "ended", outcome });
  if (outcome === "declined" || outcome === "not_matched") void learn_ticket(outcome);
}

/** Asks whether the member is still in the queue, and goes by the answer. */
async function learn_ticket(ending: "declined" | "not_matched" | "expired"): Promise<void> {
  try {
    const ticket = await api.get_ticket();
    if (
      match.value.name === "proposed" &&
      Date.now() < match.value.deadline_ms &&
      match.value.answer === null
    )
      return;
    if (ticket === null) change({ type: "no_ticket", ending });
    else hold_ticket(ticket, ending === "not_matched" ? "partner_gone" : null);
  } catch {
    // The next `ready` tells it.
  }
}

/** What the server knows after a (re)connect. `new_room` is one that was opened meanwhile. */
export function on_match_ready(ready: Ready, new_room: string | null): void {
  if (ready.proposal) {
    if (ready.ticket && match.value.name === "idle") hold_ticket(ready.ticket, null);
    return on_proposed(ready.proposal);
  }
  if (ready.ticket) {
    const notice = match.value.name === "waiting" ? match.value.notice : null;
    return hold_ticket(ready.ticket, notice);
  }
  const believed = match.value;
  if (believed.name === "proposed") {
    if (new_room !== null) return enter_room(new_room);
    return change({ type: "no_ticket", ending: "lost" });
  }
  if (believed.name === "waiting") rejoin_once(wish_of(believed.ticket), new_room);
}

// A shared store that failed over may have forgotten the ticket, and nobody was told.
when_not_waiting(() => {
  const believed = match.value;
  if (believed.name === "waiting") rejoin_once(wish_of(believed.ticket), null);
});

/** A restarted server may have forgotten the queue; a page that waits simply joins again. */
function rejoin_once(wanted: Wish, new_room: string | null): void {
  change({ type: "no_ticket", ending: "lost" });
  if (new_room !== null) return enter_room(new_room);
  if (Date.now() - rejoined_at_ms < REJOIN_AT_MOST_EVERY_MS) return;
  rejoined_at_ms = Date.now();
  void look_for_somebody(wanted);
}

export function clear_match(): void {
  clearTimeout(after_deadline);
  match.value = not_looking;
  match_problem.value = null;
  rejoined_at_ms = Number.NEGATIVE_INFINITY;
  ended_proposal = null;
  clear_outlook();
  forget_place();
}
