// The code from an e-mail: typed in, sent off by itself when it is whole, and asked for again after a while.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { client_settings } from "../state/client_settings";
import { minutes_and_seconds } from "../texts/formats";
import { problem_said, texts } from "../texts/texts";
import { Button, Field, Notice } from "../ui/elements";
import { useNow } from "../ui/ticking";
import { useAction } from "./use_action";

export function CodeForm(props: {
  /** Begins the test ids. */
  id: string;
  children: ComponentChildren;
  /** How many the code has. */
  digits: number;
  resend_at_ms: number;
  check: (code: string) => Promise<void>;
  send_again: () => Promise<{ resend_in_s: number }>;
  on_resent?: (resend_at_ms: number) => void;
  back: string;
  on_back: () => void;
}) {
  const t = texts.value;
  const [code, set_code] = useState("");
  const [resent, set_resent] = useState(false);
  const [resend_at_ms, set_resend_at_ms] = useState(props.resend_at_ms);
  const action = useAction();
  const now = useNow(500);
  const wait_s = Math.ceil((resend_at_ms - now) / 1000);

  function check(digits: string) {
    void action.run(async () => {
      set_resent(false);
      await props.check(digits);
    });
  }

  function on_code(text: string) {
    const digits = text.replace(/\D/g, "").slice(0, props.digits);
    set_code(digits);
    action.clear();
    if (digits.length === props.digits && digits !== code) check(digits);
  }

  function resend() {
    void action.run(async () => {
      try {
        const sent = await props.send_again();
        const next_at_ms = Date.now() + sent.resend_in_s * 1000;
        set_resend_at_ms(next_at_ms);
        props.on_resent?.(next_at_ms);
        set_code("");
        set_resent(true);
      } catch (error) {
        if (error instanceof Problem && error.retry_after_ms !== null)
          set_resend_at_ms(Date.now() + error.retry_after_ms);
        throw error;
      }
    });
  }

  return (
    <form
      class="form"
      data-testid={`${props.id}-step-code`}
      onSubmit={(event) => {
        event.preventDefault();
        check(code);
      }}
    >
      {props.children}
      {client_settings.value.mail === "console" && (
        <Notice tone="calm" test_id={`${props.id}-console-hint`}>
          {t.code.console}
        </Notice>
      )}
      <Field
        label={t.code.field}
        value={code}
        on_change={on_code}
        input_mode="numeric"
        autocomplete="one-time-code"
        look="code"
        focus_first
        test_id={`${props.id}-code`}
      />
      {action.problem && (
        <Notice tone="bad" test_id={`${props.id}-problem`}>
          {problem_said(t, action.problem)}
        </Notice>
      )}
      {resent && <Notice tone="good">{t.code.resent}</Notice>}
      <Button
        type="submit"
        wide
        busy={action.busy}
        disabled={code.length !== props.digits}
        test_id={`${props.id}-check-code`}
      >
        {t.code.check}
      </Button>
      <div class="row-between">
        <Button look="plain" on_press={props.on_back}>
          {props.back}
        </Button>
        <Button
          look="plain"
          disabled={wait_s > 0 || action.busy}
          on_press={resend}
          test_id={`${props.id}-resend`}
        >
          {wait_s > 0 ? t.code.resend_in(minutes_and_seconds(wait_s)) : t.code.resend}
        </Button>
      </div>
    </form>
  );
}
