// The first step of signing up: agreeing, and the e-mail address.
import { useState } from "preact/hooks";
import { ask_for_code } from "../api/member";
import { language } from "../texts/language";
import { field_text, problem_said, texts } from "../texts/texts";
import { Button, Check, Field, Notice } from "../ui/elements";
import { NewTabLink } from "./new_tab_link";
import { useAction, useFirstWrongField } from "./use_action";

export function EmailStep(props: {
  email: string;
  on_email: (email: string) => void;
  on_sent: (resend_in_s: number) => void;
}) {
  const t = texts.value;
  const [terms, set_terms] = useState(false);
  const [privacy, set_privacy] = useState(false);
  const action = useAction();
  const form = useFirstWrongField(action.problem);
  const wrong_field = action.problem?.fields.find((one) => one.field === "email");

  function submit(event: Event) {
    event.preventDefault();
    void action.run(async () => {
      const sent = await ask_for_code(props.email.trim(), language.value);
      props.on_sent(sent.resend_in_s);
    });
  }

  return (
    <form ref={form} class="form" noValidate onSubmit={submit} data-testid="sign-up-step-email">
      <h1>{t.sign_up.email_title}</h1>
      <p class="lead">{t.sign_up.email_lead}</p>
      <Field
        label={t.sign_up.email}
        type="email"
        input_mode="email"
        autocomplete="email"
        value={props.email}
        on_change={props.on_email}
        problem={wrong_field && field_text(t, wrong_field.code)}
        focus_first
        test_id="sign-up-email"
      />
      <Agreement
        label={t.sign_up.terms}
        show={t.sign_up.terms_show}
        text={t.sign_up.terms_text}
        read={t.sign_up.terms_read}
        href="/terms"
        checked={terms}
        on_change={set_terms}
        test_id="sign-up-terms"
      />
      <Agreement
        label={t.sign_up.privacy}
        show={t.sign_up.privacy_show}
        text={t.sign_up.privacy_text}
        read={t.sign_up.privacy_read}
        href="/privacy"
        checked={privacy}
        on_change={set_privacy}
        test_id="sign-up-privacy"
      />
      {action.problem && !wrong_field && (
        <Notice tone="bad" test_id="sign-up-problem">
          {problem_said(t, action.problem)}
        </Notice>
      )}
      <Button
        type="submit"
        wide
        busy={action.busy}
        disabled={!terms || !privacy || props.email.trim() === ""}
        test_id="sign-up-send-code"
      >
        {t.sign_up.send_code}
      </Button>
      {!(terms && privacy) && <p class="field-note">{t.sign_up.consent_needed}</p>}
    </form>
  );
}

function Agreement(props: {
  label: string;
  show: string;
  text: string;
  read: string;
  href: string;
  checked: boolean;
  on_change: (checked: boolean) => void;
  test_id: string;
}) {
  return (
    <div class="agreement">
      <Check
        label={props.label}
        checked={props.checked}
        on_change={props.on_change}
        test_id={props.test_id}
      />
      <details>
        <summary>{props.show}</summary>
        <p>{props.text}</p>
      </details>
      <NewTabLink href={props.href}>{props.read}</NewTabLink>
    </div>
  );
}
