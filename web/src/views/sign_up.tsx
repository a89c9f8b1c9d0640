// Signing up in three steps: agree and e-mail, code, profile.
import { useState } from "preact/hooks";
import { texts } from "../texts/texts";
import { GuestFrame } from "./guest_frame";
import { CodeStep } from "./sign_up_code";
import { EmailStep } from "./sign_up_email";
import { ProfileStep } from "./sign_up_profile";
import "./guest.css";

type Step =
  | { name: "email" }
  | { name: "code"; email: string; resend_at_ms: number }
  | { name: "profile"; proof: string };

const order: readonly Step["name"][] = ["email", "code", "profile"];

export function SignUp() {
  const t = texts.value;
  const [step, set_step] = useState<Step>({ name: "email" });
  const [email, set_email] = useState("");
  const at = order.indexOf(step.name);

  return (
    <GuestFrame narrow>
      <div class="card" data-testid="sign-up">
        <div class="steps">
          <span class="for-listeners">{t.sign_up.step(at + 1, order.length)}</span>
          {order.map((name, index) => (
            <span key={name} class={index <= at ? "step step-done" : "step"} aria-hidden="true" />
          ))}
        </div>
        {step.name === "email" && (
          <EmailStep
            email={email}
            on_email={set_email}
            on_sent={(resend_in_s) =>
              set_step({ name: "code", email: email.trim(), resend_at_ms: Date.now() + resend_in_s * 1000 })
            }
          />
        )}
        {step.name === "code" && (
          <CodeStep
            email={step.email}
            resend_at_ms={step.resend_at_ms}
            on_proof={(proof) => set_step({ name: "profile", proof })}
            on_other_email={() => set_step({ name: "email" })}
          />
        )}
        {step.name === "profile" && (
          <ProfileStep proof={step.proof} on_proof_expired={() => set_step({ name: "email" })} />
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
