// Runs one action of a form at a time and keeps what went wrong.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Problem, problem_from } from "../api/problem";

export interface Action {
  busy: boolean;
  problem: Problem | null;
  run: (what: () => Promise<void>) => Promise<void>;
  clear: () => void;
}

export function useAction(): Action {
  const [busy, set_busy] = useState(false);
  const [problem, set_problem] = useState<Problem | null>(null);
  // The second press of a double one comes before `busy` is drawn.
  const running = useRef(false);
  return {
    busy,
    problem,
    clear: () => set_problem(null),
    async run(what) {
      if (running.current) return;
      running.current = true;
      set_busy(true);
      set_problem(null);
      try {
        await what();
      } catch (error) {
        set_problem(problem_from(error));
      } finally {
        running.current = false;
        set_busy(false);
      }
    },
  };
}

/** Leads to the first field that was refused. */
export function useFirstWrongField(problem: Problem | null): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);
  return form;
}
