// The member's own page: who one is here, the sections of the settings, language, theme, logging out.
import type { ComponentChildren } from "preact";
import type { Member } from "../api/session";
import { path_of, type Section } from "../routes";
import { unsaved_changes } from "../state/profile";
import { log_out, session } from "../state/session";
import { problem_said, texts } from "../texts/texts";
import { Avatar, Button, Notice } from "../ui/elements";
import {
  BellIcon,
  BlockIcon,
  CameraIcon,
  EyeIcon,
  FlagIcon,
  KeyIcon,
  LeaveIcon,
  MailIcon,
  OnIcon,
  PaperIcon,
  PersonIcon,
  PhoneIcon,
  SaveIcon,
  ShieldIcon,
} from "../ui/icons";
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
      <Who member={member} />
      <nav class="me-sections" aria-label={t.me.sections}>
        <Sections>
          <SectionLink
            section="profile"
            icon={<PersonIcon />}
            mark={unsaved_changes(member) === null ? null : t.me.unsaved}
          >
            {t.me.profile}
          </SectionLink>
          <SectionLink section="image" icon={<CameraIcon />}>
            {t.me.image}
          </SectionLink>
          <SectionLink section="notifications" icon={<BellIcon />}>
            {t.me.notifications}
          </SectionLink>
        </Sections>
        <Sections title={t.me.account}>
          <SectionLink section="email" icon={<MailIcon />}>
            {t.me.email}
          </SectionLink>
          <SectionLink section="password" icon={<KeyIcon />}>
            {t.me.password}
          </SectionLink>
          <SectionLink section="sessions" icon={<PhoneIcon />}>
            {t.me.sessions}
          </SectionLink>
        </Sections>
        <Sections title={t.me.data}>
          <SectionLink section="privacy" icon={<EyeIcon />}>
            {t.me.privacy}
          </SectionLink>
          <SectionLink section="blocks" icon={<BlockIcon />}>
            {t.me.blocks}
          </SectionLink>
          <SectionLink section="reports" icon={<FlagIcon />}>
            {t.me.reports}
          </SectionLink>
          <SectionLink section="export" icon={<SaveIcon />}>
            {t.me.export}
          </SectionLink>
          <SectionLink section="withdraw" icon={<LeaveIcon />}>
            {t.me.withdraw}
          </SectionLink>
        </Sections>
      </nav>
      <section class="card me-choices">
        <LanguageChoice />
        <ThemeChoice />
      </section>
      <nav class="me-sections" aria-label={t.me.about}>
        <Sections title={t.me.about}>
          <RowLink href="/terms" icon={<PaperIcon />} test_id="me-terms">
            {t.me.terms}
          </RowLink>
          <RowLink href="/privacy" icon={<ShieldIcon />} test_id="me-privacy-notice">
            {t.me.privacy_notice}
          </RowLink>
        </Sections>
      </nav>
      {action.problem && <Notice tone="bad">{problem_said(t, action.problem)}</Notice>}
      <Button look="soft" wide busy={action.busy} on_press={() => void action.run(log_out)} test_id="log-out">
        {t.me.log_out}
      </Button>
    </main>
  );
}

function Who(props: { member: Member }) {
  const t = texts.value;
  const { member } = props;
  return (
    <section class="me-who card">
      <a class="me-picture" href="/me/image" aria-label={t.me.change_image} title={t.me.change_image}>
        <Avatar name={member.nickname} image={member.image?.large} size="large" />
        <span class="me-picture-sign">
          <CameraIcon />
        </span>
      </a>
      <h1>
        <bdi data-testid="me-own-nickname">{member.nickname}</bdi>
      </h1>
      {member.introduction !== "" && <p class="me-introduction">{member.introduction}</p>}
      <dl>
        <dt>{t.me.username}</dt>
        <dd>{member.username}</dd>
        <dt>{t.me.email}</dt>
        <dd data-testid="me-own-email">{member.email}</dd>
      </dl>
      {member.interests.length > 0 && (
        <ul class="tags" aria-label={t.me.interests}>
          {member.interests.map((tag) => (
            <li key={tag}>{interest_text(t, tag)}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Sections(props: { title?: string; children: ComponentChildren }) {
  return (
    <section>
      {props.title && <h2 class="me-group">{props.title}</h2>}
      <ul class="card me-rows">{props.children}</ul>
    </section>
  );
}

function SectionLink(props: {
  section: Section;
  icon: ComponentChildren;
  mark?: string | null;
  children: ComponentChildren;
}) {
  return (
    <RowLink
      href={path_of({ name: "me_section", section: props.section })}
      icon={props.icon}
      mark={props.mark ?? null}
      test_id={`me-${props.section}`}
    >
      {props.children}
    </RowLink>
  );
}

function RowLink(props: {
  href: string;
  icon: ComponentChildren;
  mark?: string | null;
  test_id: string;
  children: ComponentChildren;
}) {
  return (
    <li>
      <a class="me-row" href={props.href} data-testid={props.test_id}>
        {props.icon}
        <span>{props.children}</span>
        {props.mark && <span class="me-mark">{props.mark}</span>}
        <OnIcon />
      </a>
    </li>
  );
}
