// Unlocking an account after too many wrong passwords: its name, then the code from the e-mail.
import { useState } from "preact/hooks";
import { ask_for_unlock_code, unlock } from "../api/recovery";
import { navigate } from "../routes";
import { done_before_log_in } from "../state/log_in_help";
import { texts } from "../texts/texts";
import { CodeForm } from "./code_form";
import { GuestFrame } from "./guest_frame";
import { BackToLogIn, LoginStep } from "./login_step";
import "./guest.css";

export function Unlock() {
  const t = texts.value;
  const [sent, set_sent] = useState<{ login: string; resend_at_ms: number } | null>(null);

  async function check(login: string, code: string) {
    await unlock(login, code);
    done_before_log_in.value = "unlocked";
    navigate({ name: "log_in" }, "replace");
  }

  return (
    <GuestFrame narrow>
      <div class="card" data-testid="unlock">
        {sent === null ? (
          <LoginStep
            id="unlock"
            title={t.unlock.title}
            lead={t.unlock.lead}
            send={ask_for_unlock_code}
            on_sent={(login, resend_at_ms) => set_sent({ login, resend_at_ms })}
          />
        ) : (
          <CodeForm
            id="unlock"
            digits={6}
            resend_at_ms={sent.resend_at_ms}
            check={(code) => check(sent.login, code)}
            send_again={() => ask_for_unlock_code(sent.login)}
            back={t.unlock.other_login}
            on_back={() => set_sent(null)}
          >
            <h1>{t.sign_up.code_title}</h1>
            <p class="lead">{t.unlock.code_lead}</p>
          </CodeForm>
        )}
        <BackToLogIn />
      </div>
    </GuestFrame>
  );
}
