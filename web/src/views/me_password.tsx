// A new password, for who knows the present one.
import { useState } from "preact/hooks";
import type { Member } from "../api/session";
import { change_password } from "../state/account";
import { field_text, problem_said, problem_text, texts } from "../texts/texts";
import { Button, Notice, PasswordField } from "../ui/elements";
import { MeFrame } from "./me_frame";
import { OwnerField } from "./owner_field";
import { useAction, useFirstWrongField } from "./use_action";

export function MePassword(props: { member: Member }) {
  const t = texts.value;
  const [current, set_current] = useState("");
  const [fresh, set_fresh] = useState("");
  const [done, set_done] = useState(false);
  const action = useAction();
  const form = useFirstWrongField(action.problem);
  const problem = action.problem;
  const wrong_fresh = problem?.fields.find((one) => one.field === "new_password");
  const wrong_current = problem?.code === "password_wrong";

  function submit(event: Event) {
    event.preventDefault();
    set_done(false);
    void action.run(async () => {
      await change_password(current, fresh);
      set_current("");
      set_fresh("");
      set_done(true);
    });
  }

  return (
    <MeFrame title={t.me.password} test_id="me-page-password">
      <form ref={form} class="card form" noValidate onSubmit={submit}>
        <p class="lead">{t.password.lead}</p>
        <OwnerField login={props.member.username} />
        <PasswordField
          label={t.password.current}
          show_label={t.sign_up.password_show}
          value={current}
          on_change={set_current}
          problem={wrong_current ? problem_text(t, "password_wrong") : undefined}
          autocomplete="current-password"
          test_id="password-current"
        />
        <PasswordField
          label={t.password.fresh}
          hint={t.sign_up.password_hint}
          show_label={t.sign_up.password_show}
          value={fresh}
          on_change={set_fresh}
          problem={wrong_fresh && field_text(t, wrong_fresh.code)}
          max_length={128}
          autocomplete="new-password"
          test_id="password-new"
        />
        {problem && !wrong_current && !wrong_fresh && (
          <Notice tone="bad" test_id="password-problem">
            {problem_said(t, problem)}
          </Notice>
        )}
        {done && (
          <Notice tone="good" test_id="password-done">
            {t.password.done}
          </Notice>
        )}
        <Button
          type="submit"
          wide
          busy={action.busy}
          disabled={current === "" || fresh === ""}
          test_id="password-submit"
        >
          {t.password.submit}
        </Button>
      </form>
    </MeFrame>
  );
}
