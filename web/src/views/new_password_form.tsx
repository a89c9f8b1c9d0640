// The last step of a forgotten password: a new one.
import { useState } from "preact/hooks";
import { field_text, problem_said, texts } from "../texts/texts";
import { Button, Notice, PasswordField } from "../ui/elements";
import { OwnerField } from "./owner_field";
import { useAction, useFirstWrongField } from "./use_action";

export function NewPasswordForm(props: {
  login: string;
  submit: (password: string) => Promise<void>;
  on_proof_expired: () => void;
}) {
  const t = texts.value;
  const [password, set_password] = useState("");
  const action = useAction();
  const form = useFirstWrongField(action.problem);
  const wrong_field = action.problem?.fields.find((one) => one.field === "password");

  function submit(event: Event) {
    event.preventDefault();
    void action.run(() => props.submit(password));
  }

  return (
    <form ref={form} class="form" noValidate onSubmit={submit} data-testid="forgot-password-step-password">
      <h1>{t.forgot_password.new_title}</h1>
      <p class="lead">{t.forgot_password.new_lead}</p>
      <OwnerField login={props.login} />
      <PasswordField
        label={t.password.fresh}
        hint={t.sign_up.password_hint}
        show_label={t.sign_up.password_show}
        value={password}
        on_change={set_password}
        problem={wrong_field && field_text(t, wrong_field.code)}
        max_length={128}
        autocomplete="new-password"
        focus_first
        test_id="forgot-password-password"
      />
      {action.problem && !wrong_field && (
        <Notice tone="bad" test_id="forgot-password-problem">
          {problem_said(t, action.problem)}
        </Notice>
      )}
      {action.problem?.code === "proof_expired" && (
        <Button look="soft" wide on_press={props.on_proof_expired} test_id="forgot-password-anew">
          {t.app.try_again}
        </Button>
      )}
      <Button
        type="submit"
        wide
        busy={action.busy}
        disabled={password === ""}
        test_id="forgot-password-submit"
      >
        {t.forgot_password.submit}
      </Button>
    </form>
  );
}
