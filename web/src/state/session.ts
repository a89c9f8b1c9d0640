// Who is logged in on this page.
import { signal } from "@preact/signals";
import { Problem } from "../api/problem";
import type { Member, Session } from "../api/session";
import * as api from "../api/sessions";
import { change_session, forget_token, hold_session, listen_to_session, refresh } from "../api/tokens";
import type { StopReason } from "../protocol/close";
import { navigate } from "../routes";
import { start_chat, stop_chat } from "./chat";

export type OutBecause = "session_ended" | "suspended" | "withdrawn";

export type SessionState =
  | { name: "unknown"; unreachable: boolean }
  | { name: "out"; because: OutBecause | null }
  /** Logged in, but there is something to agree to before anything else. */
  | { name: "agreeing"; member: Member }
  | { name: "in"; member: Member };

export const session = signal<SessionState>({ name: "unknown", unreachable: false });

const BOOT_RETRY_MS = 2_000;

/** Asks the server once whether this browser is logged in. */
export async function start_session(): Promise<void> {
  listen_to_session({ ended: () => session_over("session_ended"), renewed: on_renewed });
  const refreshed = await refresh();
  if (refreshed.outcome === "renewed") return enter(refreshed.session);
  if (refreshed.outcome === "ended") {
    session.value = { name: "out", because: null };
    return;
  }
  session.value = { name: "unknown", unreachable: true };
  setTimeout(() => void start_session(), BOOT_RETRY_MS);
}

export function enter(fresh: Session): void {
  hold_session(fresh);
  if (fresh.member.consents_due.length === 0) return go_in(fresh.member);
  void stop_chat("keep_unsent");
  session.value = { name: "agreeing", member: fresh.member };
}

function go_in(member: Member): void {
  session.value = { name: "in", member };
  start_chat(member.id, on_stopped);
}

/** Shows what the server knows of the member now. */
export function hold_member(member: Member): void {
  const state = session.value;
  if ((state.name !== "in" && state.name !== "agreeing") || state.member.id !== member.id) return;
  // Who is in already is not torn out of a chat to agree to something; the next log-in asks.
  if (state.name === "agreeing" && member.consents_due.length === 0) go_in(member);
  else session.value = { ...state, member };
}

function on_renewed(fresh: Session): void {
  const state = session.value;
  if (state.name !== "in" && state.name !== "agreeing") return;
  if (state.member.id === fresh.member.id) hold_member(fresh.member);
  // Somebody else logged in on another tab: this browser is theirs now.
  else enter(fresh);
}

export async function log_out(): Promise<void> {
  try {
    await change_session(async (token) => {
      await api.log_out(token);
      await go_out(null);
      return null;
    });
  } catch (error) {
    // Without the server's word the cookie would still log this browser in.
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    await go_out(null);
  }
}

/** Forgets everything of the member who was here. */
export async function go_out(because: "withdrawn" | null): Promise<void> {
  forget_token();
  session.value = { name: "out", because };
  navigate({ name: "landing" }, "replace");
  await stop_chat("forget_unsent");
}

function session_over(because: "session_ended" | "suspended"): void {
  if (session.value.name !== "in" && session.value.name !== "agreeing") return;
  void stop_chat("keep_unsent");
  forget_token();
  session.value = { name: "out", because };
}

function on_stopped(reason: StopReason): void {
  if (reason === "session_ended" || reason === "suspended") session_over(reason);
}
