// The second step of signing up: the code from the e-mail.
import { useState } from "preact/hooks";
import { ask_for_code, prove_email } from "../api/member";
import { Problem } from "../api/problem";
import { client_settings } from "../state/client_settings";
import { minutes_and_seconds } from "../texts/formats";
import { language } from "../texts/language";
import { problem_said, texts } from "../texts/texts";
import { Button, Field, Notice } from "../ui/elements";
import { useNow } from "../ui/ticking";
import { useAction } from "./use_action";

const CODE_DIGITS = 6;

export function CodeStep(props: {
  email: string;
  resend_at_ms: number;
  on_proof: (proof: string) => void;
  on_resent: (resend_at_ms: number) => void;
  on_other_email: () => void;
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
      props.on_proof((await prove_email(props.email, digits)).proof);
    });
  }

  function on_code(text: string) {
    const digits = text.replace(/\D/g, "").slice(0, CODE_DIGITS);
    set_code(digits);
    action.clear();
    if (digits.length === CODE_DIGITS && digits !== code) check(digits);
  }

  function resend() {
    void action.run(async () => {
      try {
        const sent = await ask_for_code(props.email, language.value);
        const next_at_ms = Date.now() + sent.resend_in_s * 1000;
        set_resend_at_ms(next_at_ms);
        props.on_resent(next_at_ms);
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
      data-testid="sign-up-step-code"
      onSubmit={(event) => {
        event.preventDefault();
        check(code);
      }}
    >
      <h1>{t.sign_up.code_title}</h1>
      <p class="lead">{t.sign_up.code_lead(props.email)}</p>
      {client_settings.value.mail === "console" && (
        <Notice tone="calm" test_id="sign-up-console-hint">
          {t.sign_up.code_console}
        </Notice>
      )}
      <Field
        label={t.sign_up.code}
        value={code}
        on_change={on_code}
        input_mode="numeric"
        autocomplete="one-time-code"
        look="code"
        focus_first
        test_id="sign-up-code"
      />
      {action.problem && (
        <Notice tone="bad" test_id="sign-up-problem">
          {problem_said(t, action.problem)}
        </Notice>
      )}
      {resent && <Notice tone="good">{t.sign_up.resent}</Notice>}
      <Button
        type="submit"
        wide
        busy={action.busy}
        disabled={code.length !== CODE_DIGITS}
        test_id="sign-up-check-code"
      >
        {t.sign_up.check_code}
      </Button>
      <div class="row-between">
        <Button look="plain" on_press={props.on_other_email}>
          {t.sign_up.other_email}
        </Button>
        <Button look="plain" disabled={wait_s > 0 || action.busy} on_press={resend} test_id="sign-up-resend">
          {wait_s > 0 ? t.sign_up.resend_in(minutes_and_seconds(wait_s)) : t.sign_up.resend}
        </Button>
      </div>
    </form>
  );
}
