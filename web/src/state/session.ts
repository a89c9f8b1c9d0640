// Who is logged in on this page.
import { signal } from "@preact/signals";
import { Problem, type Suspension } from "../api/problem";
import type { Member, Session } from "../api/session";
import * as api from "../api/sessions";
import { change_session, forget_token, hold_session, listen_to_session, refresh } from "../api/tokens";
import type { StopReason } from "../protocol/close";
import { navigate, route } from "../routes";
import { start_chat, stop_chat } from "./chat";

export type SessionState =
  | { name: "unknown"; unreachable: boolean }
  | { name: "out"; because: "session_ended" | "withdrawn" | null }
  /** Why and until when is null while only that much is known. */
  | { name: "out"; because: "suspended"; suspension: Suspension | null }
  /** Logged in, but there is something to agree to before anything else. */
  | { name: "agreeing"; member: Member }
  | { name: "in"; member: Member };

export const session = signal<SessionState>({ name: "unknown", unreachable: false });

const BOOT_RETRY_MS = 2_000;

/** Asks the server once whether this browser is logged in. */
export async function start_session(): Promise<void> {
  listen_to_session({ ended: on_ended, renewed: on_renewed });
  const refreshed = await refresh();
  if (refreshed.outcome === "renewed") return enter(refreshed.session);
  if (refreshed.outcome === "ended") {
    session.value = { name: "out", because: null };
    return;
  }
  if (refreshed.outcome === "suspended") {
    session.value = { name: "out", because: "suspended", suspension: refreshed.suspension };
    // Who comes back to the start of the service should not be greeted as somebody new.
    if (route.value.name === "landing") navigate({ name: "log_in" }, "replace");
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

function on_ended(suspension: Suspension | null): void {
  if (session.value.name !== "in" && session.value.name !== "agreeing") return;
  void stop_chat("keep_unsent");
  forget_token();
  session.value =
    suspension === null
      ? { name: "out", because: "session_ended" }
      : { name: "out", because: "suspended", suspension };
}

function on_stopped(reason: StopReason): void {
  if (reason === "session_ended") on_ended(null);
  if (reason === "suspended") void on_suspended();
}

/** A socket only says that much; why and until when is what a refresh is refused with. */
async function on_suspended(): Promise<void> {
  void stop_chat("keep_unsent");
  forget_token();
  session.value = { name: "out", because: "suspended", suspension: null };
  const refreshed = await refresh();
  if (session.value.name !== "out" || session.value.because !== "suspended") return;
  if (refreshed.outcome === "suspended")
    session.value = { ...session.value, suspension: refreshed.suspension };
  // Released in the meantime.
  if (refreshed.outcome === "renewed") enter(refreshed.session);
}
