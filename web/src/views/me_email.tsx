// Another e-mail address: the address and the password, then the code sent there.
import { useState } from "preact/hooks";
import { ask_for_new_email_code } from "../api/member";
import { Problem } from "../api/problem";
import type { Member } from "../api/session";
import { change_email } from "../state/account";
import { field_text, problem_said, problem_text, texts } from "../texts/texts";
import { Button, Field, Notice, PasswordField } from "../ui/elements";
import { CodeForm } from "./code_form";
import { MeFrame } from "./me_frame";
import { useAction, useFirstWrongField } from "./use_action";

interface Wanted {
  email: string;
  password: string;
  resend_at_ms: number;
}

export function MeEmail(props: { member: Member }) {
  const t = texts.value;
  const [wanted, set_wanted] = useState<Wanted | null>(null);
  const [email, set_email] = useState("");
  const [taken, set_taken] = useState(false);
  const [done, set_done] = useState(false);

  async function check(code: string, { email }: Wanted) {
    try {
      await change_email(email, code);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "email_taken") throw error;
      set_taken(true);
      set_wanted(null);
      return;
    }
    set_done(true);
    set_email("");
    set_wanted(null);
  }

  return (
    <MeFrame title={t.me.email} test_id="me-page-email">
      <section class="card">
        {wanted === null ? (
          <AddressForm
            now={props.member.email}
            email={email}
            taken={taken}
            done={done}
            on_email={(typed) => {
              set_email(typed);
              set_taken(false);
              set_done(false);
            }}
            on_sent={set_wanted}
          />
        ) : (
          <CodeForm
            id="email"
            digits={6}
            resend_at_ms={wanted.resend_at_ms}
            check={(code) => check(code, wanted)}
            send_again={() => ask_for_new_email_code(wanted.email, wanted.password)}
            back={t.sign_up.other_email}
            on_back={() => set_wanted(null)}
          >
            <h2>{t.sign_up.code_title}</h2>
            <p class="lead">{t.sign_up.code_lead(wanted.email)}</p>
          </CodeForm>
        )}
      </section>
    </MeFrame>
  );
}

function AddressForm(props: {
  now: string;
  email: string;
  taken: boolean;
  done: boolean;
  on_email: (email: string) => void;
  on_sent: (wanted: Wanted) => void;
}) {
  const t = texts.value;
  const [password, set_password] = useState("");
  const action = useAction();
  const form = useFirstWrongField(action.problem);
  const problem = action.problem;
  const wrong_email = problem?.fields.find((one) => one.field === "email");
  const wrong_password = problem?.code === "password_wrong";
  const is_taken = props.taken || problem?.code === "email_taken";

  function submit(event: Event) {
    event.preventDefault();
    const email = props.email.trim();
    void action.run(async () => {
      const { resend_in_s } = await ask_for_new_email_code(email, password);
      props.on_sent({ email, password, resend_at_ms: Date.now() + resend_in_s * 1000 });
    });
  }

  return (
    <form ref={form} class="form" noValidate onSubmit={submit} data-testid="email-step-address">
      <p class="me-fact">
        <span>{t.email.current}</span>
        <strong data-testid="email-current">{props.now}</strong>
      </p>
      {props.done && (
        <Notice tone="good" test_id="email-done">
          {t.email.done}
        </Notice>
      )}
      <Field
        label={t.email.fresh}
        type="email"
        input_mode="email"
        autocomplete="email"
        value={props.email}
        on_change={(typed) => {
          action.clear();
          props.on_email(typed);
        }}
        problem={is_taken ? t.email.taken : wrong_email && field_text(t, wrong_email.code)}
        test_id="email-new"
      />
      <PasswordField
        label={t.sign_up.password}
        hint={t.email.password_why}
        show_label={t.sign_up.password_show}
        value={password}
        on_change={set_password}
        problem={wrong_password ? problem_text(t, "password_wrong") : undefined}
        autocomplete="current-password"
        test_id="email-password"
      />
      {problem && !wrong_email && !wrong_password && !is_taken && (
        <Notice tone="bad" test_id="email-problem">
          {problem_said(t, problem)}
        </Notice>
      )}
      <Button
        type="submit"
        wide
        busy={action.busy}
        disabled={props.email.trim() === "" || password === ""}
        test_id="email-send-code"
      >
        {t.sign_up.send_code}
      </Button>
    </form>
  );
}
