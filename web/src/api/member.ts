// Signing up, and one's own account, over HTTP.
import type { Sex } from "../protocol/frames";
import { ask_as_member } from "./client";
import { ask, get_file, send_file } from "./http";
import type { Member, Session } from "./session";
import { with_token } from "./tokens";

export interface ClientSettings {
  mail: "console" | "smtp";
  minimum_age: number;
  terms_version: string;
  privacy_version: string;
  max_distances_km: number[];
  proposal_ms: number;
  text_chars_max: number;
}

export interface NewMember {
  proof: string;
  username: string;
  password: string;
  nickname: string;
  birth_date: string;
  sex: Sex;
  interests: string[];
  languages: string[];
  language: "ko" | "en";
  terms_version: string;
  privacy_version: string;
}

/** What of a member can be changed at once; what is left out stays. */
export type MemberChange = Partial<
  Pick<
    Member,
    "nickname" | "introduction" | "interests" | "languages" | "language" | "share_read" | "share_typing"
  >
>;

export interface CodeSent {
  expires_in_s: number;
  resend_in_s: number;
}

export const get_client_settings = () => ask<ClientSettings>("GET", "/client-settings");

export const ask_for_code = (email: string, language: "ko" | "en") =>
  ask<CodeSent>("POST", "/auth/email-codes", { email, language });

export const prove_email = (email: string, code: string) =>
  ask<{ proof: string; expires_in_s: number }>("POST", "/auth/email-proofs", { email, code });

export const create_member = (member: NewMember) => ask<Session>("POST", "/members", member);

export const put_place = (latitude: number, longitude: number) =>
  ask_as_member<{ expires_in_s: number }>("PUT", "/members/me/place", { latitude, longitude });

export const change_member = (change: MemberChange) => ask_as_member<Member>("PATCH", "/members/me", change);

/** Ends every session; the one it gives goes on. */
export const put_password = (current_password: string, new_password: string, token: string) =>
  ask<Session>("PUT", "/members/me/password", { current_password, new_password }, token);

export const ask_for_new_email_code = (email: string, password: string) =>
  ask_as_member<CodeSent>("POST", "/members/me/email-codes", { email, password });

export const put_email = (email: string, code: string) =>
  ask_as_member<Member>("PUT", "/members/me/email", { email, code });

export const put_consents = (terms_version: string, privacy_version: string) =>
  ask_as_member<Member>("PUT", "/members/me/consents", { terms_version, privacy_version });

export const put_image = (image: Blob, on_part: (part: number) => void) =>
  with_token((token) => send_file<Member>("PUT", "/members/me/image", { file: image, on_part }, token));

export const delete_image = () => ask_as_member<Member>("DELETE", "/members/me/image");

export const get_export = () => with_token((token) => get_file("/members/me/export", token));

/** Ends the account, and every session with it. */
export const withdraw = (password: string, token: string) =>
  ask<void>("POST", "/members/me/withdrawal", { password }, token);
