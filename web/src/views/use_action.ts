// Runs one action of a form at a time and keeps what went wrong.
import { useState } from "preact/hooks";
import { Problem } from "../api/problem";

export interface Action {
  busy: boolean;
  problem: Problem | null;
  run: (what: () => Promise<void>) => Promise<void>;
  clear: () => void;
}

export function useAction(): Action {
  const [busy, set_busy] = useState(false);
  const [problem, set_problem] = useState<Problem | null>(null);
  return {
    busy,
    problem,
    clear: () => set_problem(null),
    async run(what) {
      if (busy) return;
      set_busy(true);
      set_problem(null);
      try {
        await what();
      } catch (error) {
        set_problem(error instanceof Problem ? error : new Problem("internal", 0));
      } finally {
        set_busy(false);
      }
    },
  };
}
