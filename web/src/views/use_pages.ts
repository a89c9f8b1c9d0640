// A list that comes page by page, and goes on from where it was when a page could not be had.
import { useEffect, useState } from "preact/hooks";
import { type Action, useAction } from "./use_action";

export interface Page<T> {
  rows: T[];
  next: string | null;
}

export interface Pages<T> {
  /** Null until the first page is here. */
  rows: readonly T[] | null;
  has_more: boolean;
  load_more: () => void;
  change: (change: (rows: readonly T[]) => readonly T[]) => void;
  /** Runs the loading, and what else is done to the list. */
  action: Action;
}

export function usePages<T>(load: (cursor: string | null) => Promise<Page<T>>): Pages<T> {
  const [state, set_state] = useState<{ rows: readonly T[]; next: string | null } | null>(null);
  const action = useAction();

  function load_more() {
    void action.run(async () => {
      const page = await load(state?.next ?? null);
      set_state({ rows: [...(state?.rows ?? []), ...page.rows], next: page.next });
    });
  }
  useEffect(load_more, []);

  return {
    rows: state?.rows ?? null,
    has_more: state !== null && state.next !== null,
    load_more,
    change: (change) => set_state((now) => now && { ...now, rows: change(now.rows) }),
    action,
  };
}
