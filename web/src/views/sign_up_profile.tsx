// The third step of signing up: username, password and what a partner sees.
import { useState } from "preact/hooks";
import { create_member } from "../api/member";
import type { Problem } from "../api/problem";
import type { Sex } from "../protocol/frames";
import { forget_begun_sign_up } from "../state/begun_sign_up";
import { client_settings } from "../state/client_settings";
import { enter } from "../state/session";
import { language } from "../texts/language";
import { field_text, problem_said, problem_text, texts } from "../texts/texts";
import { Button, Chips, Field, Notice, PasswordField, Segments } from "../ui/elements";
import { type Interest, interest_choices } from "./interests";
import { useAction, useFirstWrongField } from "./use_action";

const empty = { username: "", password: "", nickname: "", birth_date: "" };

/** Codes that are about one field although they come as a problem of the whole request. */
const field_of_code: Readonly<Record<string, keyof typeof empty>> = {
  username_taken: "username",
  nickname_taken: "nickname",
};

export function ProfileStep(props: { proof: string; on_other_email: () => void }) {
  const t = texts.value;
  const [values, set_values] = useState(empty);
  const [sex, set_sex] = useState<Sex>("undisclosed");
  const [interests, set_interests] = useState<Interest[]>([]);
  const action = useAction();
  const form = useFirstWrongField(action.problem);
  const settings = client_settings.value;

  const bind = (name: keyof typeof empty) => ({
    value: values[name],
    on_change: (value: string) => set_values((before) => ({ ...before, [name]: value })),
    problem: wrong(name),
    test_id: `sign-up-${name.replace("_", "-")}`,
  });

  function wrong(name: string): string | undefined {
    const problem = action.problem;
    const field = problem?.fields.find((one) => one.field === name);
    if (field) return field_text(t, field.code);
    return problem && field_of_code[problem.code] === name ? problem_text(t, problem.code) : undefined;
  }

  function submit(event: Event) {
    event.preventDefault();
    void action.run(async () => {
      const session = await create_member({
        ...values,
        proof: props.proof,
        username: values.username.trim().toLowerCase(),
        nickname: values.nickname.trim(),
        sex,
        interests,
        languages: [language.value],
        language: language.value,
        terms_version: settings.terms_version,
        privacy_version: settings.privacy_version,
      });
      forget_begun_sign_up();
      enter(session);
    });
  }

  const problem = action.problem;
  const is_about_field = problem !== null && (problem.fields.length > 0 || problem.code in field_of_code);
  return (
    <form ref={form} class="form" noValidate onSubmit={submit} data-testid="sign-up-step-profile">
      <h1>{t.sign_up.profile_title}</h1>
      <p class="lead">{t.sign_up.profile_lead}</p>
      <Field
        {...bind("nickname")}
        label={t.sign_up.nickname}
        hint={t.sign_up.nickname_hint}
        max_length={30}
        autocomplete="nickname"
        focus_first
      />
      <Field
        {...bind("username")}
        label={t.sign_up.username}
        hint={t.sign_up.username_hint}
        max_length={20}
        autocomplete="username"
      />
      <PasswordField
        {...bind("password")}
        label={t.sign_up.password}
        hint={t.sign_up.password_hint}
        show_label={t.sign_up.password_show}
        max_length={128}
        autocomplete="new-password"
      />
      <Field
        {...bind("birth_date")}
        label={t.sign_up.birth_date}
        hint={t.sign_up.birth_hint(settings.minimum_age)}
        type="date"
        max={new Date().toISOString().slice(0, 10)}
        autocomplete="bday"
      />
      <Segments<Sex>
        label={t.sign_up.sex}
        choices={(["female", "male", "undisclosed"] as const).map((value) => ({
          value,
          label: t.sex[value],
        }))}
        value={sex}
        on_change={set_sex}
        test_id="sign-up-sex"
      />
      <Chips<Interest>
        label={t.sign_up.interests}
        hint={t.sign_up.interests_hint}
        choices={interest_choices(t)}
        values={interests}
        on_change={(chosen) => set_interests(chosen.slice(0, 10))}
      />
      {problem && (
        <Notice tone="bad" test_id="sign-up-problem">
          {is_about_field ? t.problem.invalid_request : problem_said(t, problem)}
        </Notice>
      )}
      {is_proof_expired(problem) && (
        <Button look="soft" wide on_press={props.on_other_email}>
          {t.app.try_again}
        </Button>
      )}
      <Button
        type="submit"
        wide
        busy={action.busy}
        disabled={Object.values(values).some((value) => value.trim() === "")}
        test_id="sign-up-finish"
      >
        {t.sign_up.finish}
      </Button>
      <Button look="plain" on_press={props.on_other_email}>
        {t.sign_up.other_email}
      </Button>
    </form>
  );
}

function is_proof_expired(problem: Problem | null): boolean {
  return problem?.code === "proof_expired";
}
