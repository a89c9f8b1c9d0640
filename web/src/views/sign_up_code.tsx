// The second step of signing up: the code from the e-mail.
import { ask_for_code, prove_email } from "../api/member";
import { language } from "../texts/language";
import { texts } from "../texts/texts";
import { CodeForm } from "./code_form";

export function CodeStep(props: {
  email: string;
  resend_at_ms: number;
  on_proof: (proof: string) => void;
  on_resent: (resend_at_ms: number) => void;
  on_other_email: () => void;
}) {
  const t = texts.value;
  return (
    <CodeForm
      id="sign-up"
      digits={6}
      resend_at_ms={props.resend_at_ms}
      check={async (code) => props.on_proof((await prove_email(props.email, code)).proof)}
      send_again={() => ask_for_code(props.email, language.value)}
      on_resent={props.on_resent}
      back={t.sign_up.other_email}
      on_back={props.on_other_email}
    >
      <h1>{t.sign_up.code_title}</h1>
      <p class="lead">{t.sign_up.code_lead(props.email)}</p>
    </CodeForm>
  );
}
