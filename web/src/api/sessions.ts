// Log-ins over HTTP: one is made, they are listed by device, they are ended.
import { ask_as_member } from "./client";
import { ask, ask_with } from "./http";

export type { DeviceSession as LogIn } from "./generated";

export const log_in = (login: string, password: string) =>
  ask("POST", "/auth/sessions", { body: { login, password } });

export const log_out = (token: string) => ask_with(token)("DELETE", "/auth/sessions/current");

export const get_log_ins = () => ask_as_member("GET", "/members/me/sessions");

export const end_log_in = (id: string) =>
  ask_as_member("DELETE", "/members/me/sessions/{session}", { path: { session: id } });

export const end_other_log_ins = () =>
  ask_as_member("DELETE", "/members/me/sessions", { query: { except: "current" } });
