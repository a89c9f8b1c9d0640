// Chooses the section of the settings that is shown.
import type { ComponentType } from "preact";
import type { Member } from "../api/session";
import type { Section } from "../routes";
import { session } from "../state/session";
import { MeBlocks } from "./me_blocks";
import { MeEmail } from "./me_email";
import { MeExport } from "./me_export";
import { MeImage } from "./me_image";
import { MeNotifications } from "./me_notifications";
import { MePassword } from "./me_password";
import { MePrivacy } from "./me_privacy";
import { MeProfile } from "./me_profile";
import { MeReports } from "./me_reports";
import { MeSessions } from "./me_sessions";
import { MeWithdraw } from "./me_withdraw";

const pages: Record<Section, ComponentType<{ member: Member }>> = {
  profile: MeProfile,
  image: MeImage,
  notifications: MeNotifications,
  password: MePassword,
  email: MeEmail,
  sessions: MeSessions,
  privacy: MePrivacy,
  blocks: MeBlocks,
  reports: MeReports,
  export: MeExport,
  withdraw: MeWithdraw,
};

export function MeSection(props: { section: Section }) {
  if (session.value.name !== "in") return null;
  const Page = pages[props.section];
  return <Page member={session.value.member} />;
}
