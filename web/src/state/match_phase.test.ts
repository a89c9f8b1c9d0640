// Tests of where a member is in matching.
import { describe, expect, it } from "vitest";
import { example_proposal } from "../protocol/examples";
import type { Ticket } from "../protocol/frames";
import { type MatchEvent, type MatchPhase, next_phase, not_looking } from "./match_phase";

const wish = { max_distance_km: 10, sex: null, age_min: null, age_max: null, language: null };
const ticket: Ticket = { id: "t", since: "2026-11-24T12:00:00Z", ...wish };
const proposal = example_proposal();

const phase_after = (...events: MatchEvent[]): MatchPhase => events.reduce(next_phase, not_looking);
const waiting: MatchEvent = { type: "ticket", ticket, notice: null, now_ms: 1_000 };
const proposed: MatchEvent = { type: "proposed", proposal, now_ms: 1_000 };

describe("the phase of matching", () => {
  it("goes from joining to waiting to proposed", () => {
    expect(phase_after({ type: "join_asked" }).name).toBe("joining");
    expect(phase_after({ type: "join_asked" }, waiting).name).toBe("waiting");
    expect(phase_after(waiting, proposed)).toMatchObject({ name: "proposed", deadline_ms: 31_000, ticket });
  });

  it("goes on waiting when the other did not accept", () => {
    const phase = phase_after(waiting, proposed, { type: "ended", outcome: "not_matched" });

    expect(phase).toEqual({ name: "waiting", ticket, notice: "partner_gone", paused_until_ms: null });
  });

  it("goes on waiting after a pass of one's own, and says so until there is other news", () => {
    const passed = phase_after(waiting, proposed, { type: "ended", outcome: "declined" });
    const told_again = next_phase(next_phase(passed, waiting), { type: "ended", outcome: "declined" });
    const long_wait = next_phase(told_again, { ...waiting, notice: "long_wait" });

    expect(passed).toMatchObject({ name: "waiting", ticket, notice: "passed" });
    expect(told_again).toEqual(passed);
    expect(long_wait).toMatchObject({ notice: "long_wait" });
    expect(next_phase(long_wait, waiting)).toMatchObject({ notice: null });
  });

  it("says that one has passed also when the ticket comes first, or only later", () => {
    const passing: MatchEvent = { type: "answered", answer: "decline" };
    const declined: MatchEvent = { type: "ended", outcome: "declined" };

    expect(phase_after(waiting, proposed, passing, waiting)).toMatchObject({ notice: "passed" });
    expect(phase_after(proposed, declined)).toEqual({ name: "idle", ending: "declined" });
    expect(phase_after(proposed, declined, waiting)).toMatchObject({ notice: "passed" });
    expect(phase_after(proposed, declined, { type: "join_asked" }, waiting)).toMatchObject({ notice: null });
  });

  it("goes on waiting after a miss, and says so until there is other news", () => {
    const missed = phase_after(waiting, proposed, { type: "ended", outcome: "missed" });
    const told_again = next_phase(missed, waiting);
    const long_wait = next_phase(told_again, { ...waiting, notice: "long_wait" });

    expect(missed).toMatchObject({ name: "waiting", ticket, notice: "missed" });
    expect(told_again).toEqual(missed);
    expect(long_wait).toMatchObject({ notice: "long_wait" });
    expect(next_phase(told_again, proposed).name).toBe("proposed");
  });

  it("says that one has missed somebody also when the ticket comes only later", () => {
    const missed = phase_after(proposed, { type: "ended", outcome: "missed" });

    expect(missed).toEqual({ name: "idle", ending: "missed" });
    expect(next_phase(missed, waiting)).toMatchObject({ name: "waiting", notice: "missed" });
  });

  it("is out of the queue when nobody was there after a miss", () => {
    const missed: MatchEvent = { type: "ended", outcome: "missed" };

    expect(phase_after(waiting, proposed, missed, { type: "ended", outcome: "dropped" })).toEqual({
      name: "idle",
      ending: "dropped",
    });
  });

  it("pauses until a moment of its own clock, and says nothing of it when the pause is over", () => {
    const resting: Ticket = { ...ticket, paused_ms: 15_000 };
    const declined: MatchEvent = { type: "ended", outcome: "declined" };
    const pause: MatchEvent = { type: "ticket", ticket: resting, notice: "paused", now_ms: 2_000 };
    const paused = phase_after(waiting, proposed, declined, pause);
    const asked_again = next_phase(paused, { ...pause, notice: null, now_ms: 3_000 });

    expect(paused).toEqual({ name: "waiting", ticket: resting, notice: "paused", paused_until_ms: 17_000 });
    expect(asked_again).toMatchObject({ notice: "paused", paused_until_ms: 18_000 });
    expect(next_phase(paused, waiting)).toMatchObject({ ticket, notice: null, paused_until_ms: null });
  });

  it.each(["expired", "dropped", "cancelled"] as const)("is out of the queue after %s", (outcome) => {
    expect(phase_after(waiting, proposed, { type: "ended", outcome })).toEqual({
      name: "idle",
      ending: outcome,
    });
  });

  it("says nothing after an accepted match, for the room speaks for itself", () => {
    expect(phase_after(waiting, proposed, { type: "ended", outcome: "accepted" })).toEqual(not_looking);
  });

  it("keeps the given answer when the same proposal comes again", () => {
    const phase = phase_after(waiting, proposed, { type: "answered", answer: "accept" }, proposed);

    expect(phase).toMatchObject({ name: "proposed", answer: "accept" });
  });

  it("learns from the proposal that another page has accepted", () => {
    const accepted: MatchEvent = {
      type: "proposed",
      proposal: { ...proposal, answered: "accept" },
      now_ms: 0,
    };

    expect(phase_after(waiting, accepted)).toMatchObject({ answer: "accept" });
  });

  it("returns to the start when joining fails", () => {
    expect(phase_after({ type: "join_asked" }, { type: "join_failed" })).toEqual(not_looking);
  });
});
