// The member's own page: who one is here, language, theme, logging out.
import { log_out, session } from "../state/session";
import { problem_said, texts } from "../texts/texts";
import { Avatar, Button, Notice } from "../ui/elements";
import { LanguageChoice, ThemeChoice } from "./choices";
import { interest_text } from "./interests";
import { useAction } from "./use_action";
import "./me.css";

export function Me() {
  const t = texts.value;
  const action = useAction();
  if (session.value.name !== "in") return null;
  const { member } = session.value;
  return (
    <main id="main" class="me" data-testid="me">
      <section class="me-who card">
        <Avatar name={member.nickname} large />
        <h1>
          <bdi>{member.nickname}</bdi>
        </h1>
        <dl>
          <dt>{t.me.username}</dt>
          <dd>{member.username}</dd>
          <dt>{t.me.email}</dt>
          <dd>{member.email}</dd>
        </dl>
        {member.interests.length > 0 && (
          <ul class="tags" aria-label={t.me.interests}>
            {member.interests.map((tag) => (
              <li key={tag}>{interest_text(t, tag)}</li>
            ))}
          </ul>
        )}
      </section>
      <section class="card me-choices">
        <LanguageChoice />
        <ThemeChoice />
      </section>
      {action.problem && <Notice tone="bad">{problem_said(t, action.problem)}</Notice>}
      <Button look="soft" wide busy={action.busy} on_press={() => void action.run(log_out)} test_id="log-out">
        {t.me.log_out}
      </Button>
    </main>
  );
}
