// Signing up, and one's own account, over HTTP.
import { ask_as_member } from "./client";
import type { Language, SignUpForm } from "./generated";
import { ask, ask_with, get_file, send_file } from "./http";
import type { Member } from "./session";
import { with_token } from "./tokens";

export type { ClientSettings, CodeSent } from "./generated";
export type NewMember = SignUpForm;

/** What of a member can be changed at once; what is left out stays. */
export type MemberChange = Partial<
  Pick<
    Member,
    "nickname" | "introduction" | "interests" | "languages" | "language" | "share_read" | "share_typing"
  >
>;

export const get_client_settings = () => ask("GET", "/client-settings");

export const ask_for_code = (email: string, language: Language) =>
  ask("POST", "/auth/email-codes", { body: { email, language } });

export const prove_email = (email: string, code: string) =>
  ask("POST", "/auth/email-proofs", { body: { email, code } });

export const create_member = (member: NewMember) => ask("POST", "/members", { body: member });

export const put_place = (latitude: number, longitude: number) =>
  ask_as_member("PUT", "/members/me/place", { body: { latitude, longitude } });

export const change_member = (change: MemberChange) =>
  ask_as_member("PATCH", "/members/me", { body: change });

/** Ends every session; the one it gives goes on. */
export const put_password = (current_password: string, new_password: string, token: string) =>
  ask_with(token)("PUT", "/members/me/password", { body: { current_password, new_password } });

export const ask_for_new_email_code = (email: string, password: string) =>
  ask_as_member("POST", "/members/me/email-codes", { body: { email, password } });

export const put_email = (email: string, code: string) =>
  ask_as_member("PUT", "/members/me/email", { body: { email, code } });

export const put_consents = (terms_version: string, privacy_version: string) =>
  ask_as_member("PUT", "/members/me/consents", { body: { terms_version, privacy_version } });

export const put_image = (image: Blob, on_part: (part: number) => void) =>
  with_token((token) => send_file("PUT", "/members/me/image", { file: image, on_part }, token));

export const delete_image = () => ask_as_member("DELETE", "/members/me/image");

export const get_export = () => with_token((token) => get_file("/members/me/export", token));

/** Ends the account, and every session with it. */
export const withdraw = (password: string, token: string) =>
  ask_with(token)("POST", "/members/me/withdrawal", { body: { password } });
