// Asks for the name of an account and has a code sent to its address: how unlocking and resetting begin.
import type { CodeSent } from "../api/member";
import { typed_login } from "../state/log_in_help";
import { field_text, problem_said, texts } from "../texts/texts";
import { Button, Field, Notice } from "../ui/elements";
import { useAction, useFirstWrongField } from "./use_action";

export function LoginStep(props: {
  /** Begins the test ids. */
  id: string;
  title: string;
  lead: string;
  send: (login: string) => Promise<CodeSent>;
  on_sent: (login: string, resend_at_ms: number) => void;
}) {
  const t = texts.value;
  const action = useAction();
  const form = useFirstWrongField(action.problem);
  const login = typed_login.value.trim();
  const wrong_field = action.problem?.fields.find((one) => one.field === "login");
  // Whoever has just asked, and reloaded the page, is not sent another one so soon.
  const retry_after_ms = action.problem?.code === "too_many_requests" ? action.problem.retry_after_ms : null;

  function submit(event: Event) {
    event.preventDefault();
    void action.run(async () => {
      const { resend_in_s } = await props.send(login);
      props.on_sent(login, Date.now() + resend_in_s * 1000);
    });
  }

  return (
    <form ref={form} class="form" noValidate onSubmit={submit} data-testid={`${props.id}-step-login`}>
      <h1>{props.title}</h1>
      <p class="lead">{props.lead}</p>
      <Field
        label={t.log_in.login}
        value={typed_login.value}
        on_change={(typed) => {
          typed_login.value = typed;
        }}
        autocomplete="username"
        problem={wrong_field && field_text(t, wrong_field.code)}
        focus_first
        test_id={`${props.id}-login`}
      />
      {action.problem && !wrong_field && (
        <Notice tone="bad" test_id={`${props.id}-problem`}>
          {problem_said(t, action.problem)}
        </Notice>
      )}
      {retry_after_ms !== null && login !== "" && (
        <Button
          look="soft"
          wide
          on_press={() => props.on_sent(login, Date.now() + retry_after_ms)}
          test_id={`${props.id}-have-code`}
        >
          {t.code.have_one}
        </Button>
      )}
      <Button type="submit" wide busy={action.busy} disabled={login === ""} test_id={`${props.id}-send-code`}>
        {t.sign_up.send_code}
      </Button>
    </form>
  );
}

export function BackToLogIn() {
  const t = texts.value;
  return (
    <p class="aside">
      <a href="/log-in">{t.log_in.back}</a>
    </p>
  );
}
