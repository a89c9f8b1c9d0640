// Changing what is said about oneself. What is not saved yet stays written while other pages are shown.
import { useEffect, useState } from "preact/hooks";
import type { Member } from "../api/session";
import {
  chars,
  discard_changes,
  INTERESTS_MAX,
  INTRODUCTION_CHARS_MAX,
  LANGUAGES_MAX,
  profile_shown,
  save_profile,
  unsaved_changes,
  write_profile,
} from "../state/profile";
import { field_text, problem_said, problem_text, texts } from "../texts/texts";
import { Button, Chips, Field, Notice, TextArea } from "../ui/elements";
import { interest_choices, interest_text } from "./interests";
import { language_choices } from "./languages";
import { MeFrame } from "./me_frame";
import { useAction, useFirstWrongField } from "./use_action";

/** The browser asks before it closes a page that has unsaved changes. */
function useWarningBeforeClosing(when: boolean): void {
  useEffect(() => {
    if (!when) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [when]);
}

export function MeProfile(props: { member: Member }) {
  const t = texts.value;
  const { member } = props;
  const action = useAction();
  const form = useFirstWrongField(action.problem);
  const [saved, set_saved] = useState(false);
  const profile = profile_shown(member);
  const has_changes = unsaved_changes(member) !== null;
  const over = chars(profile.introduction.trim()) - INTRODUCTION_CHARS_MAX;
  useWarningBeforeClosing(has_changes);

  function write(change: Partial<typeof profile>) {
    set_saved(false);
    write_profile(member, change);
  }

  function wrong(name: string): string | undefined {
    const problem = action.problem;
    const field = problem?.fields.find((one) => one.field === name);
    if (field) return field_text(t, field.code);
    if (problem?.code === "nickname_taken" && name === "nickname") return problem_text(t, problem.code);
    return undefined;
  }

  function submit(event: Event) {
    event.preventDefault();
    void action.run(async () => {
      await save_profile(member);
      set_saved(true);
    });
  }

  const interests = new Map(interest_choices(t).map((one) => [one.value as string, one.label]));
  for (const tag of [...member.interests, ...profile.interests]) interests.set(tag, interest_text(t, tag));
  const problem = action.problem;
  const is_about_field = problem !== null && (problem.fields.length > 0 || problem.code === "nickname_taken");
  return (
    <MeFrame title={t.me.profile} test_id="me-page-profile">
      <form ref={form} class="card form" noValidate onSubmit={submit}>
        <Field
          label={t.sign_up.nickname}
          hint={t.sign_up.nickname_hint}
          value={profile.nickname}
          on_change={(nickname) => write({ nickname })}
          problem={wrong("nickname")}
          max_length={30}
          autocomplete="nickname"
          test_id="profile-nickname"
        />
        <TextArea
          label={t.profile.introduction}
          hint={t.profile.introduction_hint}
          value={profile.introduction}
          on_change={(introduction) => write({ introduction })}
          count={chars(profile.introduction.trim())}
          max={INTRODUCTION_CHARS_MAX}
          problem={over > 0 ? t.profile.too_long(over) : wrong("introduction")}
          rows={4}
          test_id="profile-introduction"
        />
        <Chips<string>
          label={t.sign_up.interests}
          hint={t.profile.interests_hint(INTERESTS_MAX)}
          choices={[...interests].map(([value, label]) => ({ value, label }))}
          values={profile.interests}
          max={INTERESTS_MAX}
          on_change={(chosen) => write({ interests: chosen })}
          problem={wrong("interests")}
          test_id="profile-interests"
        />
        <Chips<string>
          label={t.profile.languages}
          hint={t.profile.languages_hint(LANGUAGES_MAX)}
          choices={language_choices([...member.languages, ...profile.languages])}
          values={profile.languages}
          max={LANGUAGES_MAX}
          on_change={(chosen) => write({ languages: chosen })}
          problem={wrong("languages")}
          test_id="profile-languages"
        />
        <div class="me-actions">
          {problem && (
            <Notice tone="bad" test_id="profile-problem">
              {is_about_field ? t.problem.invalid_request : problem_said(t, problem)}
            </Notice>
          )}
          {saved && !has_changes && (
            <Notice tone="good" test_id="profile-saved">
              {t.app.saved}
            </Notice>
          )}
          {has_changes && !problem && (
            <p class="small" role="status" data-testid="profile-unsaved">
              {t.profile.unsaved}
            </p>
          )}
          <div class="me-buttons">
            {has_changes && (
              <Button
                look="plain"
                on_press={() => {
                  action.clear();
                  discard_changes();
                }}
                test_id="profile-discard"
              >
                {t.profile.discard}
              </Button>
            )}
            <Button
              type="submit"
              busy={action.busy}
              disabled={!has_changes || over > 0 || profile.nickname.trim() === ""}
              test_id="profile-save"
            >
              {t.app.save}
            </Button>
          </div>
        </div>
      </form>
    </MeFrame>
  );
}
