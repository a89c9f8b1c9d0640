// A forgotten password in three steps: name, code, new password. A reload begins anew.
import { useState } from "preact/hooks";
import { ask_for_reset_code, prove_reset, reset_password } from "../api/recovery";
import { navigate } from "../routes";
import { done_before_log_in } from "../state/log_in_help";
import { texts } from "../texts/texts";
import { CodeForm } from "./code_form";
import { GuestFrame, Steps } from "./guest_frame";
import { BackToLogIn, LoginStep } from "./login_step";
import { NewPasswordForm } from "./new_password_form";
import "./guest.css";

type Step =
  | { name: "login" }
  | { name: "code"; login: string; resend_at_ms: number }
  | { name: "password"; login: string; proof: string };

const order: readonly Step["name"][] = ["login", "code", "password"];

export function ForgotPassword() {
  const t = texts.value;
  const [step, set_step] = useState<Step>({ name: "login" });
  const begin_anew = () => set_step({ name: "login" });

  async function reset(proof: string, password: string) {
    await reset_password(proof, password);
    done_before_log_in.value = "password_reset";
    navigate({ name: "log_in" }, "replace");
  }

  return (
    <GuestFrame narrow>
      <div class="card" data-testid="forgot-password">
        <Steps at={order.indexOf(step.name)} all={order.length} />
        {step.name === "login" && (
          <LoginStep
            id="forgot-password"
            title={t.forgot_password.title}
            lead={t.forgot_password.lead}
            send={ask_for_reset_code}
            on_sent={(login, resend_at_ms) => set_step({ name: "code", login, resend_at_ms })}
          />
        )}
        {step.name === "code" && (
          <CodeForm
            id="forgot-password"
            digits={8}
            resend_at_ms={step.resend_at_ms}
            check={async (code) => {
              const { proof } = await prove_reset(step.login, code);
              set_step({ name: "password", login: step.login, proof });
            }}
            send_again={() => ask_for_reset_code(step.login)}
            back={t.unlock.other_login}
            on_back={begin_anew}
          >
            <h1>{t.sign_up.code_title}</h1>
            <p class="lead">{t.unlock.code_lead}</p>
          </CodeForm>
        )}
        {step.name === "password" && (
          <NewPasswordForm
            login={step.login}
            submit={(password) => reset(step.proof, password)}
            on_proof_expired={begin_anew}
          />
        )}
        <BackToLogIn />
      </div>
    </GuestFrame>
  );
}
