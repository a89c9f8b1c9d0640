// Signing up in three steps: agree and e-mail, code, profile.
import { useState } from "preact/hooks";
import { keep_begun_sign_up, read_begun_sign_up, type SignUpStep } from "../state/begun_sign_up";
import { texts } from "../texts/texts";
import { GuestFrame, Steps } from "./guest_frame";
import { CodeStep } from "./sign_up_code";
import { EmailStep } from "./sign_up_email";
import { ProfileStep } from "./sign_up_profile";
import "./guest.css";

const order: readonly SignUpStep["name"][] = ["email", "code", "profile"];

export function SignUp() {
  const t = texts.value;
  const [begun] = useState(() => read_begun_sign_up(Date.now()));
  const [step, set_step] = useState<SignUpStep>(begun.step);
  const [email, set_email] = useState(begun.email);

  function go_to(next: SignUpStep) {
    keep_begun_sign_up(next, email.trim(), Date.now());
    set_step(next);
  }

  return (
    <GuestFrame narrow>
      <div class="card" data-testid="sign-up">
        <Steps at={order.indexOf(step.name)} all={order.length} />
        {step.name === "email" && (
          <EmailStep
            email={email}
            on_email={set_email}
            on_sent={(resend_in_s) =>
              go_to({ name: "code", email: email.trim(), resend_at_ms: Date.now() + resend_in_s * 1000 })
            }
          />
        )}
        {step.name === "code" && (
          <CodeStep
            email={step.email}
            resend_at_ms={step.resend_at_ms}
            on_proof={(proof) => go_to({ name: "profile", proof })}
            on_resent={(resend_at_ms) => go_to({ ...step, resend_at_ms })}
            on_other_email={() => go_to({ name: "email" })}
          />
        )}
        {step.name === "profile" && (
          <ProfileStep proof={step.proof} on_other_email={() => go_to({ name: "email" })} />
        )}
        {step.name === "email" && (
          <p class="aside">
            {t.sign_up.have_account} <a href="/log-in">{t.landing.log_in}</a>
          </p>
        )}
      </div>
    </GuestFrame>
  );
}
