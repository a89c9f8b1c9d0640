// What withdrawing means, the password, and once more a yes.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { withdraw } from "../state/account";
import { problem_said, problem_text, texts } from "../texts/texts";
import { Button, Dialog, Notice, PasswordField } from "../ui/elements";
import { useAction, useFirstWrongField } from "./use_action";
import "./me.css";

export function WithdrawForm(props: { hint?: ComponentChildren }) {
  const t = texts.value;
  const [password, set_password] = useState("");
  const [asking, set_asking] = useState(false);
  const action = useAction();
  const form = useFirstWrongField(action.problem);
  const wrong_password = action.problem?.code === "password_wrong";

  function confirmed() {
    void action.run(async () => {
      try {
        await withdraw(password);
      } finally {
        set_asking(false);
      }
    });
  }

  return (
    <form
      ref={form}
      class="card form"
      noValidate
      data-testid="withdraw"
      onSubmit={(event) => {
        event.preventDefault();
        if (password !== "") set_asking(true);
      }}
    >
      <p>
        <strong>{t.withdraw.lead}</strong>
      </p>
      <div class="me-points">
        <h2>{t.withdraw.erased}</h2>
        <ul>
          <li>{t.withdraw.erased_account}</li>
          <li>{t.withdraw.erased_profile}</li>
          <li>{t.withdraw.erased_rest}</li>
        </ul>
      </div>
      <div class="me-points">
        <h2>{t.withdraw.stays}</h2>
        <ul>
          <li>{t.withdraw.stays_messages}</li>
          <li>{t.withdraw.stays_reports}</li>
        </ul>
      </div>
      {props.hint}
      <PasswordField
        label={t.sign_up.password}
        hint={t.email.password_why}
        show_label={t.sign_up.password_show}
        value={password}
        on_change={(typed) => {
          action.clear();
          set_password(typed);
        }}
        problem={wrong_password ? problem_text(t, "password_wrong") : undefined}
        autocomplete="current-password"
        test_id="withdraw-password"
      />
      {action.problem && !wrong_password && (
        <Notice tone="bad" test_id="withdraw-problem">
          {problem_said(t, action.problem)}
        </Notice>
      )}
      <Button type="submit" look="danger" wide disabled={password === ""} test_id="withdraw-submit">
        {t.withdraw.submit}
      </Button>
      {asking && (
        <Dialog
          title={t.withdraw.confirm_title}
          on_dismiss={() => set_asking(false)}
          test_id="withdraw-dialog"
        >
          <p>{t.withdraw.confirm_text}</p>
          <div class="dialog-actions">
            <Button look="soft" on_press={() => set_asking(false)}>
              {t.app.cancel}
            </Button>
            <Button look="danger" busy={action.busy} on_press={confirmed} test_id="withdraw-confirm">
              {t.withdraw.confirm}
            </Button>
          </div>
        </Dialog>
      )}
    </form>
  );
}
