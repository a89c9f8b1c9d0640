// Accounts and sessions over HTTP.
import type { Sex } from "../protocol/frames";
import { ask_as_member } from "./client";
import { ask } from "./http";
import type { Session } from "./session";

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
  terms_version: string;
  privacy_version: string;
}

export const get_client_settings = () => ask<ClientSettings>("GET", "/client-settings");

export const ask_for_code = (email: string, language: "ko" | "en") =>
  ask<{ expires_in_s: number; resend_in_s: number }>("POST", "/auth/email-codes", { email, language });

export const prove_email = (email: string, code: string) =>
  ask<{ proof: string; expires_in_s: number }>("POST", "/auth/email-proofs", { email, code });

export const create_member = (member: NewMember) => ask<Session>("POST", "/members", member);

export const log_in = (login: string, password: string) =>
  ask<Session>("POST", "/auth/sessions", { login, password });

export const log_out = () => ask_as_member<void>("DELETE", "/auth/sessions/current");

export const put_place = (latitude: number, longitude: number) =>
  ask_as_member<{ expires_in_s: number }>("PUT", "/members/me/place", { latitude, longitude });
