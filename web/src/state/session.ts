// Who is logged in on this page.
import { signal } from "@preact/signals";
import * as api from "../api/member";
import { Problem } from "../api/problem";
import type { Member, Session } from "../api/session";
import { forget_token, hold_session, refresh, when_session_ends } from "../api/tokens";
import type { StopReason } from "../protocol/close";
import { navigate } from "../routes";
import { start_chat, stop_chat } from "./chat";

export type SessionState =
  | { name: "unknown"; unreachable: boolean }
  | { name: "out"; because: "session_ended" | "suspended" | null }
  | { name: "in"; member: Member };

export const session = signal<SessionState>({ name: "unknown", unreachable: false });

const BOOT_RETRY_MS = 2_000;

/** Asks the server once whether this browser is logged in. */
export async function start_session(): Promise<void> {
  when_session_ends(() => session_over("session_ended"));
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
  session.value = { name: "in", member: fresh.member };
  start_chat(fresh.member.id, on_stopped);
}

export async function log_out(): Promise<void> {
  try {
    await api.log_out();
  } catch (error) {
    // Without the server's word the cookie would still log this browser in.
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  await stop_chat("forget_unsent");
  forget_token();
  session.value = { name: "out", because: null };
  navigate({ name: "landing" }, "replace");
}

function session_over(because: "session_ended" | "suspended"): void {
  if (session.value.name !== "in") return;
  void stop_chat("keep_unsent");
  forget_token();
  session.value = { name: "out", because };
}

function on_stopped(reason: StopReason): void {
  if (reason === "session_ended" || reason === "suspended") session_over(reason);
}
