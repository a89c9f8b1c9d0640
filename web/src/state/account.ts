// What a member does to the own account; what comes of it is shown everywhere at once.
import * as api from "../api/member";
import { change_session } from "../api/tokens";
import { choose_language, type Language } from "../texts/language";
import { client_settings, load_client_settings } from "./client_settings";
import { for_profile, prepared_image } from "./image";
import { go_out, hold_member, member_changed, session } from "./session";

export async function change_member(change: api.MemberChange): Promise<void> {
  member_changed(await api.change_member(change));
}

export type Sharing = "share_read" | "share_typing";

/** Shows the wish at once, and what was before when the server refuses it. */
export async function share(what: Sharing, wish: boolean): Promise<void> {
  const show = (shared: boolean) => {
    if (session.value.name === "in") hold_member({ ...session.value.member, [what]: shared });
  };
  show(wish);
  try {
    await change_member({ [what]: wish });
  } catch (error) {
    show(!wish);
    throw error;
  }
}

/** The language of this browser, and, when somebody is logged in, of the mails to them. */
export function change_language(chosen: Language): void {
  choose_language(chosen);
  // The page speaks it either way; mails follow at the next change.
  if (session.value.name === "in") void change_member({ language: chosen }).catch(() => {});
}

/** Every other log-in ends; this page goes on with the session that the server gives in return. */
export function change_password(current: string, fresh: string): Promise<void> {
  return change_session(async (token) => {
    const given = await api.put_password(current, fresh, token);
    member_changed(given.member);
    return given;
  });
}

export async function change_email(email: string, code: string): Promise<void> {
  member_changed(await api.put_email(email, code));
}

export async function set_image(chosen: Blob, on_part: (part: number) => void): Promise<void> {
  const { file } = await prepared_image(chosen, for_profile);
  member_changed(await api.put_image(file, on_part));
}

export async function remove_image(): Promise<void> {
  member_changed(await api.delete_image());
}

/** Agrees to what is in force now, which may be newer than what this page began with. */
export async function agree(): Promise<void> {
  await load_client_settings();
  const { terms_version, privacy_version } = client_settings.value;
  member_changed(await api.put_consents(terms_version, privacy_version));
}

export function withdraw(password: string): Promise<void> {
  return change_session(async (token) => {
    await api.withdraw(password, token);
    await go_out("withdrawn");
    return null;
  });
}
