// Who is logged in on this page.
import { signal } from "@preact/signals";
import { Problem, type Suspension } from "../api/problem";
import type { Member, Session } from "../api/session";
import * as api from "../api/sessions";
import { change_session, forget_token, hold_session, listen_to_session, refresh } from "../api/tokens";
import type { StopReason } from "../protocol/close";
import { navigate, route } from "../routes";
import { start_chat, stop_chat } from "./chat";
import { forget_drafts, open_drafts } from "./drafts";
import { listen_to_tabs, type Told, tell_tabs } from "./tabs";

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
  listen_to_tabs(on_told);
  const refreshed = await refresh();
  if (refreshed.outcome === "renewed") return let_in(refreshed.session);
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
  try_to_start_again();
}

function try_to_start_again(): void {
  const again = () => {
    clearTimeout(timer);
    window.removeEventListener("online", again);
    void start_session();
  };
  const timer = setTimeout(again, BOOT_RETRY_MS);
  window.addEventListener("online", again);
}

/** Somebody has logged in on this page: all pages of this browser are theirs now. */
export function enter(fresh: Session): void {
  let_in(fresh);
  tell_tabs({ type: "entered", member: fresh.member.id });
}

function let_in(fresh: Session): void {
  hold_session(fresh);
  if (fresh.member.consents_due.length === 0) return go_in(fresh.member);
  void stop_chat("keep_unsent");
  session.value = { name: "agreeing", member: fresh.member };
}

function go_in(member: Member): void {
  session.value = { name: "in", member };
  open_drafts(member.id);
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

/** Shows what the server has just made of the member, on every page of this browser. */
export function member_changed(member: Member): void {
  hold_member(member);
  tell_tabs({ type: "member", member });
}

/** Who this page is of; null for nobody. */
function whose(): string | null {
  const state = session.value;
  return state.name === "in" || state.name === "agreeing" ? state.member.id : null;
}

function on_told(told: Told): void {
  switch (told.type) {
    case "entered":
      return void on_entered_elsewhere(told.member);
    case "left":
      if (told.member === whose()) void leave(told.because);
      return;
    case "member":
      return hold_member(told.member);
  }
}

async function on_entered_elsewhere(member: string): Promise<void> {
  // A page that is only starting is asking already.
  if (session.value.name === "unknown" || member === whose()) return;
  const refreshed = await refresh();
  // Where somebody else was in, `on_renewed` has seen to it.
  if (refreshed.outcome === "renewed" && session.value.name === "out") let_in(refreshed.session);
}

function on_renewed(fresh: Session): void {
  const state = session.value;
  if (state.name !== "in" && state.name !== "agreeing") return;
  if (state.member.id === fresh.member.id) hold_member(fresh.member);
  // Somebody else logged in on another tab: this browser is theirs now.
  else let_in(fresh);
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
  const member = whose();
  if (member !== null) tell_tabs({ type: "left", member, because });
  await leave(because);
}

async function leave(because: "withdrawn" | null): Promise<void> {
  forget_token();
  session.value = { name: "out", because };
  navigate({ name: "landing" }, "replace");
  forget_drafts();
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
  if (refreshed.outcome === "renewed") let_in(refreshed.session);
}
