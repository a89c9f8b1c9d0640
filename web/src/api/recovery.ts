// The ways back in, over HTTP: unlocking, forgotten username, forgotten password.
// None of the answers tells whether there is such an account.
import { ask } from "./http";
import type { CodeSent } from "./member";

type Language = "ko" | "en";

export const ask_for_unlock_code = (login: string) => ask<CodeSent>("POST", "/auth/unlock-codes", { login });

export const unlock = (login: string, code: string) => ask<void>("POST", "/auth/unlocks", { login, code });

export const ask_for_username = (email: string, language: Language) =>
  ask<{ resend_in_s: number }>("POST", "/auth/username-reminders", { email, language });

export const ask_for_reset_code = (login: string) =>
  ask<CodeSent>("POST", "/auth/password-reset-codes", { login });

export const prove_reset = (login: string, code: string) =>
  ask<{ proof: string; expires_in_s: number }>("POST", "/auth/password-reset-proofs", { login, code });

export const reset_password = (proof: string, password: string) =>
  ask<void>("POST", "/auth/password-resets", { proof, password });
