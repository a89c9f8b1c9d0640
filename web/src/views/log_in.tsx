// Logging in, and the ways on for who cannot.
import { useEffect, useState } from "preact/hooks";
import { log_in } from "../api/sessions";
import { done_before_log_in, typed_login } from "../state/log_in_help";
import { enter, session } from "../state/session";
import { problem_said, texts } from "../texts/texts";
import { Button, Field, Notice, PasswordField } from "../ui/elements";
import { GuestFrame } from "./guest_frame";
import { SuspendedWords } from "./suspended_words";
import { useAction } from "./use_action";
import "./guest.css";

export function LogIn() {
  const t = texts.value;
  const [password, set_password] = useState("");
  const [tried, set_tried] = useState(false);
  const [name_first] = useState(() => typed_login.peek() === "");
  const action = useAction();
  const login = typed_login.value;

  useEffect(() => {
    return () => {
      done_before_log_in.value = null;
    };
  }, []);

  function submit(event: Event) {
    event.preventDefault();
    set_tried(true);
    void action.run(async () => {
      const fresh = await log_in(login.trim(), password);
      typed_login.value = "";
      enter(fresh);
    });
  }

  return (
    <GuestFrame narrow>
      <form class="card form" onSubmit={submit} data-testid="log-in">
        <h1>{t.log_in.title}</h1>
        {!tried && <News />}
        <Field
          label={t.log_in.login}
          value={login}
          on_change={(typed) => {
            typed_login.value = typed;
          }}
          autocomplete="username"
          focus_first={name_first}
          test_id="log-in-login"
        />
        <PasswordField
          label={t.log_in.password}
          show_label={t.sign_up.password_show}
          value={password}
          on_change={set_password}
          autocomplete="current-password"
          focus_first={!name_first}
          test_id="log-in-password"
        />
        {action.problem && (
          <Notice tone="bad" test_id="log-in-problem">
            {action.problem.suspension ? (
              <SuspendedWords suspension={action.problem.suspension} />
            ) : (
              problem_said(t, action.problem)
            )}
            {action.problem.code === "credentials_wrong" && ` ${t.log_in.wrong_hint}`}
          </Notice>
        )}
        {action.problem?.code === "account_locked" && (
          <a class="button button-soft" href="/unlock" data-testid="log-in-locked-unlock">
            {t.log_in.unlock}
          </a>
        )}
        <Button
          type="submit"
          wide
          busy={action.busy}
          disabled={login.trim() === "" || password === ""}
          test_id="log-in-submit"
        >
          {t.log_in.submit}
        </Button>
        <nav class="log-in-help" aria-label={t.log_in.help}>
          <a href="/forgot-username" data-testid="log-in-forgot-username">
            {t.log_in.forgot_username}
          </a>
          <a href="/forgot-password" data-testid="log-in-forgot-password">
            {t.log_in.forgot_password}
          </a>
          <a href="/unlock" data-testid="log-in-unlock">
            {t.log_in.unlock}
          </a>
        </nav>
        <p class="aside">
          {t.log_in.no_account} <a href="/sign-up">{t.log_in.sign_up}</a>
        </p>
      </form>
    </GuestFrame>
  );
}

/** What brought somebody here: something they have just done, or the end of their session. */
function News() {
  const t = texts.value;
  const done = done_before_log_in.value;
  if (done !== null)
    return (
      <Notice tone="good" test_id="log-in-done">
        {t.log_in[done]}
      </Notice>
    );
  const state = session.value;
  if (state.name !== "out") return null;
  switch (state.because) {
    case "session_ended":
      return <Notice tone="calm">{t.log_in.session_ended}</Notice>;
    case "suspended":
      return (
        <Notice tone="bad" test_id="log-in-suspended">
          {state.suspension ? <SuspendedWords suspension={state.suspension} /> : t.log_in.suspended}
        </Notice>
      );
    default:
      return null;
  }
}
