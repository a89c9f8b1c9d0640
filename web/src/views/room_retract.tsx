// Taking back one's own message: a button on its bubble, and what went wrong below it.
import { useRef } from "preact/hooks";
import type { Problem } from "../api/problem";
import { retract_message } from "../state/chat";
import { server_now } from "../state/server_clock";
import { problem_said, texts } from "../texts/texts";
import { Spinner } from "../ui/elements";
import { useBefore } from "../ui/ticking";
import { useAction } from "./use_action";

export interface Retracting {
  busy: boolean;
  problem: Problem | null;
  /** Pressed, by the button that is about to go. */
  start: (button: HTMLElement) => void;
}

export function useRetracting(room: string, message: string, on_done: () => void): Retracting {
  const action = useAction();
  const done = useRef(on_done);
  done.current = on_done;
  return {
    busy: action.busy,
    problem: action.problem,
    start: (button) => {
      const history = button.closest<HTMLElement>('[role="log"]');
      void action.run(async () => {
        await retract_message(room, message);
        // The button is gone, and the focus should not be lost with it.
        history?.focus({ preventScroll: true });
        done.current();
      });
    },
  };
}

const NAMED_BY_CHARS = 40;

function beginning_of(text: string): string {
  const letters = [...text];
  return letters.length > NAMED_BY_CHARS ? `${letters.slice(0, NAMED_BY_CHARS).join("")}…` : text;
}

/** Gone when the time is over. */
export function Retract(props: { text: string; until_ms: number; retracting: Retracting }) {
  const t = texts.value;
  const { busy, start } = props.retracting;
  const is_in_time = useBefore(props.until_ms, server_now);
  if (!is_in_time && !busy) return null;
  return (
    <button
      type="button"
      class="retract"
      aria-busy={busy}
      aria-label={t.room.retract_one(beginning_of(props.text))}
      data-testid="message-retract"
      onClick={(event) => {
        event.stopPropagation();
        start(event.currentTarget);
      }}
    >
      {busy && <Spinner />}
      {t.room.retract}
    </button>
  );
}

export function NotRetracted(props: { problem: Problem }) {
  const t = texts.value;
  return (
    <p class="refused" role="alert" data-testid="not-retracted">
      {t.room.not_retracted} · {problem_said(t, props.problem)}
    </p>
  );
}
