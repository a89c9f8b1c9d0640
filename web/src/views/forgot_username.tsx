// A forgotten username is mailed to its address.
import { useState } from "preact/hooks";
import { ask_for_username } from "../api/recovery";
import { client_settings } from "../state/client_settings";
import { typed_login } from "../state/log_in_help";
import { minutes_and_seconds } from "../texts/formats";
import { language } from "../texts/language";
import { field_text, problem_said, texts } from "../texts/texts";
import { Button, Field, Notice } from "../ui/elements";
import { useNow } from "../ui/ticking";
import { GuestFrame } from "./guest_frame";
import { BackToLogIn } from "./login_step";
import { useAction, useFirstWrongField } from "./use_action";
import "./guest.css";

export function ForgotUsername() {
  const t = texts.value;
  const [email, set_email] = useState(() => (typed_login.peek().includes("@") ? typed_login.peek() : ""));
  const [resend_at_ms, set_resend_at_ms] = useState<number | null>(null);
  const action = useAction();
  const form = useFirstWrongField(action.problem);
  useNow(500);
  const wait_s = Math.ceil(((resend_at_ms ?? 0) - Date.now()) / 1000);
  const wrong_field = action.problem?.fields.find((one) => one.field === "email");

  function submit(event: Event) {
    event.preventDefault();
    void action.run(async () => {
      const { resend_in_s } = await ask_for_username(email.trim(), language.value);
      set_resend_at_ms(Date.now() + resend_in_s * 1000);
    });
  }

  return (
    <GuestFrame narrow>
      <form ref={form} class="card form" noValidate onSubmit={submit} data-testid="forgot-username">
        <h1>{t.forgot_username.title}</h1>
        <p class="lead">{t.forgot_username.lead}</p>
        <Field
          label={t.sign_up.email}
          type="email"
          input_mode="email"
          autocomplete="email"
          value={email}
          on_change={(typed) => {
            set_email(typed);
            set_resend_at_ms(null);
          }}
          problem={wrong_field && field_text(t, wrong_field.code)}
          focus_first
          test_id="forgot-username-email"
        />
        {action.problem && !wrong_field && (
          <Notice tone="bad" test_id="forgot-username-problem">
            {problem_said(t, action.problem)}
          </Notice>
        )}
        {resend_at_ms !== null && !action.problem && (
          <Notice tone="good" test_id="forgot-username-sent">
            {t.forgot_username.sent}
          </Notice>
        )}
        {resend_at_ms !== null && client_settings.value.mail === "console" && (
          <Notice tone="calm">{t.code.console}</Notice>
        )}
        <Button
          type="submit"
          wide
          look={resend_at_ms === null ? "strong" : "soft"}
          busy={action.busy}
          disabled={email.trim() === "" || wait_s > 0}
          test_id="forgot-username-send"
        >
          {resend_at_ms === null
            ? t.forgot_username.send
            : wait_s > 0
              ? t.code.resend_in(minutes_and_seconds(wait_s))
              : t.code.resend}
        </Button>
        <BackToLogIn />
      </form>
    </GuestFrame>
  );
}
