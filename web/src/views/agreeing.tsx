// Between logging in and everything else, when the terms or the privacy notice have changed.
import { useState } from "preact/hooks";
import type { Agreement } from "../api/session";
import { agree } from "../state/account";
import { log_out, session } from "../state/session";
import { problem_said, texts } from "../texts/texts";
import { Button, Check, Notice } from "../ui/elements";
import { GuestFrame } from "./guest_frame";
import { NewTabLink } from "./new_tab_link";
import { useAction } from "./use_action";
import { WithdrawForm } from "./withdraw_form";
import "./guest.css";

export function Agreeing() {
  const t = texts.value;
  const [withdrawing, set_withdrawing] = useState(false);
  if (session.value.name !== "agreeing") return null;
  return (
    <GuestFrame narrow>
      {withdrawing ? (
        <div class="form" data-testid="agreeing-withdraw-page">
          <h1>{t.withdraw.submit}</h1>
          <WithdrawForm />
          <Button look="plain" on_press={() => set_withdrawing(false)}>
            {t.agree.back}
          </Button>
        </div>
      ) : (
        <Ask due={session.value.member.consents_due} on_withdraw={() => set_withdrawing(true)} />
      )}
    </GuestFrame>
  );
}

function Ask(props: { due: readonly Agreement[]; on_withdraw: () => void }) {
  const t = texts.value;
  const [agreed, set_agreed] = useState<readonly Agreement[]>([]);
  const agreeing = useAction();
  const leaving = useAction();
  const problem = agreeing.problem ?? leaving.problem;
  const labels: Record<Agreement, { agree: string; read: string }> = {
    terms: { agree: t.sign_up.terms, read: t.sign_up.terms_read },
    privacy: { agree: t.sign_up.privacy, read: t.sign_up.privacy_read },
  };

  function submit(event: Event) {
    event.preventDefault();
    void agreeing.run(agree);
  }

  return (
    <form class="card form" onSubmit={submit} data-testid="agreeing">
      <h1>{t.agree.title}</h1>
      <p class="lead">{t.agree.lead}</p>
      {props.due.map((what) => (
        <div key={what} class="agreement">
          <Check
            label={labels[what].agree}
            checked={agreed.includes(what)}
            on_change={(yes) => set_agreed(yes ? [...agreed, what] : agreed.filter((one) => one !== what))}
            test_id={`agreeing-${what}`}
          />
          <NewTabLink href={`/${what}`}>{labels[what].read}</NewTabLink>
        </div>
      ))}
      {problem && (
        <Notice tone="bad" test_id="agreeing-problem">
          {problem_said(t, problem)}
        </Notice>
      )}
      <Button
        type="submit"
        wide
        busy={agreeing.busy}
        disabled={!props.due.every((what) => agreed.includes(what))}
        test_id="agreeing-submit"
      >
        {t.agree.go_on}
      </Button>
      <p class="aside">{t.agree.otherwise}</p>
      <div class="row-between">
        <Button
          look="plain"
          busy={leaving.busy}
          on_press={() => void leaving.run(log_out)}
          test_id="agreeing-log-out"
        >
          {t.me.log_out}
        </Button>
        <Button look="plain" on_press={props.on_withdraw} test_id="agreeing-withdraw">
          {t.withdraw.submit}
        </Button>
      </div>
    </form>
  );
}
