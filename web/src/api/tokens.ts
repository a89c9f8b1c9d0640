// The access token, in memory only, and the one refresh that HTTP and the socket share.
import { ask } from "./http";
import { Problem } from "./problem";
import type { Session } from "./session";

export type Refreshed =
  | { outcome: "renewed"; session: Session }
  | { outcome: "ended" }
  | { outcome: "unreachable" };

interface Held {
  token: string;
  expires_at_ms: number;
}

/** Renew a little early, so that a token does not end on its way. */
const EARLY_MS = 20_000;
const LOCK = "rand-chat.refresh";

let held: Held | null = null;
let flight: Promise<Refreshed> | null = null;
let on_ended: () => void = () => {};

export function when_session_ends(then: () => void): void {
  on_ended = then;
}

export function hold_session(session: Session): void {
  held = { token: session.access_token, expires_at_ms: Date.now() + session.expires_in_s * 1000 };
}

export function forget_token(): void {
  held = null;
}

export function token_at_hand(): { token: string; expires_in_ms: number } | null {
  if (held === null) return null;
  const expires_in_ms = held.expires_at_ms - Date.now();
  return expires_in_ms > EARLY_MS ? { token: held.token, expires_in_ms } : null;
}

async function refresh_once(): Promise<Refreshed> {
  try {
    const session = await ask<Session>("POST", "/auth/refresh");
    hold_session(session);
    return { outcome: "renewed", session };
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) return { outcome: "unreachable" };
    forget_token();
    return { outcome: "ended" };
  }
}

/** The cookie turns over at each use and all tabs share it: only one tab may use it at a time. */
function one_tab_at_a_time(run: () => Promise<Refreshed>): Promise<Refreshed> {
  // Not every browser has locks, and none has them on a page that was loaded insecurely.
  const locks = navigator.locks as LockManager | null | undefined;
  return locks ? (locks.request(LOCK, run) as Promise<Refreshed>) : run();
}

/** Gets a new access token; whoever asks while one is being fetched waits for that one. */
export function refresh(): Promise<Refreshed> {
  flight ??= one_tab_at_a_time(refresh_once).finally(() => {
    flight = null;
  });
  return flight;
}

/** Runs something with a valid token, renewing it once when the server no longer takes it. */
export async function with_token<T>(run: (token: string) => Promise<T>): Promise<T> {
  const at_hand = token_at_hand();
  if (at_hand === null) return run(await new_token());
  try {
    return await run(at_hand.token);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    return run(await new_token());
  }
}

async function new_token(): Promise<string> {
  const refreshed = await refresh();
  if (refreshed.outcome === "renewed") return refreshed.session.access_token;
  if (refreshed.outcome === "unreachable") throw new Problem("unreachable", 0);
  on_ended();
  throw new Problem("session_ended", 401);
}
