// Logging in.
import { useState } from "preact/hooks";
import * as api from "../api/member";
import { enter, session } from "../state/session";
import { problem_said, texts } from "../texts/texts";
import { Button, Field, Notice, PasswordField } from "../ui/elements";
import { GuestFrame } from "./guest_frame";
import { useAction } from "./use_action";
import "./guest.css";

export function LogIn() {
  const t = texts.value;
  const [login, set_login] = useState("");
  const [password, set_password] = useState("");
  const action = useAction();
  const because = session.value.name === "out" ? session.value.because : null;

  function submit(event: Event) {
    event.preventDefault();
    void action.run(async () => enter(await api.log_in(login.trim(), password)));
  }

  return (
    <GuestFrame narrow>
      <form class="card form" onSubmit={submit} data-testid="log-in">
        <h1>{t.log_in.title}</h1>
        {because && !action.problem && <Notice tone="calm">{t.log_in[because]}</Notice>}
        <Field
          label={t.log_in.login}
          value={login}
          on_change={set_login}
          autocomplete="username"
          focus_first
          test_id="log-in-login"
        />
        <PasswordField
          label={t.log_in.password}
          show_label={t.sign_up.password_show}
          value={password}
          on_change={set_password}
          autocomplete="current-password"
          test_id="log-in-password"
        />
        {action.problem && (
          <Notice tone="bad" test_id="log-in-problem">
            {problem_said(t, action.problem)}
          </Notice>
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
        <p class="aside">
          {t.log_in.no_account} <a href="/sign-up">{t.log_in.sign_up}</a>
        </p>
      </form>
    </GuestFrame>
  );
}
