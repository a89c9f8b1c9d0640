// A proposal for tests.
import type { Proposal } from "./frames";

/** Somebody near is offered, for half a minute. */
export function example_proposal(over: Partial<Proposal> = {}): Proposal {
  return {
    id: "p",
    token: "token",
    expires_at: "2026-11-24T12:00:30Z",
    expires_in_ms: 30_000,
    partner: {
      nickname: "n",
      image: null,
      sex: "female",
      age_band: "20-24",
      distance_band: "lt10",
      shared_interests: [],
    },
    answered: null,
    ...over,
  };
}
