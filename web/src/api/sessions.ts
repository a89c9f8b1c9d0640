// Log-ins over HTTP: one is made, they are listed by device, they are ended.
import { ask_as_member } from "./client";
import { ask } from "./http";
import type { Session } from "./session";

export interface LogIn {
  id: string;
  /** What the browser said of itself. */
  device: string;
  created_at: string;
  last_used_at: string;
  current: boolean;
}

export const log_in = (login: string, password: string) =>
  ask<Session>("POST", "/auth/sessions", { login, password });

export const log_out = (token: string) => ask<void>("DELETE", "/auth/sessions/current", undefined, token);

export const get_log_ins = () => ask_as_member<{ sessions: LogIn[] }>("GET", "/members/me/sessions");

export const end_log_in = (id: string) =>
  ask_as_member<void>("DELETE", `/members/me/sessions/${encodeURIComponent(id)}`);

export const end_other_log_ins = () => ask_as_member<void>("DELETE", "/members/me/sessions?except=current");
