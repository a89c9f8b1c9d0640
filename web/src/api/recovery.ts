// The ways back in, over HTTP: unlocking, forgotten username, forgotten password.
// None of the answers tells whether there is such an account.
import type { Language } from "./generated";
import { ask } from "./http";

export const ask_for_unlock_code = (login: string) => ask("POST", "/auth/unlock-codes", { body: { login } });

export const unlock = (login: string, code: string) =>
  ask("POST", "/auth/unlocks", { body: { login, code } });

export const ask_for_username = (email: string, language: Language) =>
  ask("POST", "/auth/username-reminders", { body: { email, language } });

export const ask_for_reset_code = (login: string) =>
  ask("POST", "/auth/password-reset-codes", { body: { login } });

export const prove_reset = (login: string, code: string) =>
  ask("POST", "/auth/password-reset-proofs", { body: { login, code } });

export const reset_password = (proof: string, password: string) =>
  ask("POST", "/auth/password-resets", { body: { proof, password } });
