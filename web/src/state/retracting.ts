// Taking back a message of one's own: how long that is possible, and asking until the server has an answer.
import { signal } from "@preact/signals";
import { Problem, UNREACHABLE } from "../api/problem";
import { RequestFailed } from "../protocol/socket";

/** Null while the server has not said that it can do it. */
export const retract_within_ms = signal<number | null>(null);

const TRIES = 6;
const AGAIN_MS = 500;

/** What is refused for the moment is asked for again: mostly the message is only just on its way to be stored. */
export async function ask_until_answered(ask: () => Promise<unknown>): Promise<void> {
  for (let tries_left = TRIES - 1; ; tries_left -= 1) {
    try {
      await ask();
      return;
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      if (!error.retryable || tries_left === 0) throw problem_of(error);
      await new Promise((resolve) => setTimeout(resolve, error.retry_after_ms ?? AGAIN_MS));
    }
  }
}

function problem_of(failed: RequestFailed): Problem {
  const has_no_answer = failed.code === "connection_lost" || failed.code === "no_answer";
  return new Problem(has_no_answer ? UNREACHABLE : failed.code, 0, failed.retry_after_ms);
}
