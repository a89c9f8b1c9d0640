// The access token, in memory only, and the one refresh that HTTP and the socket share.
import { ask } from "./http";
import { Problem, type Suspension } from "./problem";
import type { Session } from "./session";

export type Refreshed =
  | { outcome: "renewed"; session: Session }
  | { outcome: "ended" }
  | { outcome: "suspended"; suspension: Suspension }
  | { outcome: "unreachable" };

interface Held {
  token: string;
  member: string;
  expires_at_ms: number;
}

export interface Listener {
  /** The server no longer knows this browser's session, or no longer lets its member in. */
  ended: (suspension: Suspension | null) => void;
  /** A refresh gave this; the cookie may meanwhile be another member's. */
  renewed: (session: Session) => void;
}

/** Renew a little early, so that a token does not end on its way. */
const EARLY_MS = 20_000;
const LOCK = "rand-chat.refresh";

let held: Held | null = null;
let flight: Promise<Refreshed> | null = null;
/** What is changing the session now, and the one that comes of it; null when none does. Never rejects. */
let change: Promise<Refreshed | null> | null = null;
let listener: Listener = { ended: () => {}, renewed: () => {} };

export function listen_to_session(to: Listener): void {
  listener = to;
}

export function hold_session(session: Session): void {
  held = {
    token: session.access_token,
    member: session.member.id,
    expires_at_ms: Date.now() + session.expires_in_s * 1000,
  };
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
    const session = await ask("POST", "/auth/refresh");
    hold_session(session);
    listener.renewed(session);
    return { outcome: "renewed", session };
  } catch (error) {
    const suspension = error instanceof Problem ? error.suspension : null;
    const is_over = suspension !== null || (error instanceof Problem && error.status === 401);
    if (!is_over) return { outcome: "unreachable" };
    forget_token();
    return suspension === null ? { outcome: "ended" } : { outcome: "suspended", suspension };
  }
}

/** The cookie turns over at each use and all tabs share it: only one tab may use it at a time. */
function one_tab_at_a_time<T>(run: () => Promise<T>): Promise<T> {
  // Not every browser has locks, and none has them on a page that was loaded insecurely.
  const locks = navigator.locks as LockManager | null | undefined;
  if (!locks) return run();
  let begun = false;
  const run_locked = () => {
    begun = true;
    return run();
  };
  return (locks.request(LOCK, run_locked) as Promise<T>).catch((error) => {
    if (begun) throw error;
    // Who forbids a page its storage forbids it locks too.
    return run();
  });
}

/** Gets a new access token; whoever asks while one is being fetched waits for that one. */
export function refresh(): Promise<Refreshed> {
  flight ??= (change ?? Promise.resolve(null))
    .then((changed) => changed ?? one_tab_at_a_time(refresh_once))
    .finally(() => {
      flight = null;
    });
  return flight;
}

/**
 * Runs what ends this session, with or without giving another. No refresh of this browser comes in between: the
 * server may close sockets of the old session before its answer is here, and whoever then asks for a token gets
 * the one of the answer.
 */
export async function change_session(run: (token: string) => Promise<Session | null>): Promise<void> {
  while (flight !== null) await flight;
  const running = one_tab_at_a_time(async (): Promise<Refreshed> => {
    const session = await repeated_once(run, refresh_once);
    if (session === null) return { outcome: "ended" };
    hold_session(session);
    return { outcome: "renewed", session };
  });
  const mine = running.catch(() => null);
  change = mine;
  try {
    await running;
  } finally {
    if (change === mine) change = null;
  }
}

/** Runs something with a valid token, renewing it once when the server no longer takes it. */
export function with_token<T>(run: (token: string) => Promise<T>): Promise<T> {
  return repeated_once(run, refresh);
}

async function repeated_once<T>(
  run: (token: string) => Promise<T>,
  renew: () => Promise<Refreshed>,
): Promise<T> {
  const at_hand = token_at_hand();
  if (at_hand === null) return run(await new_token(renew));
  try {
    return await run(at_hand.token);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    return run(await new_token(renew));
  }
}

async function new_token(renew: () => Promise<Refreshed>): Promise<string> {
  const whose = held?.member;
  const refreshed = await renew();
  if (refreshed.outcome === "unreachable") throw new Problem("unreachable", 0);
  if (refreshed.outcome === "ended") listener.ended(null);
  if (refreshed.outcome === "suspended") listener.ended(refreshed.suspension);
  // What one member asked for is not done as another who logged in on this browser meanwhile.
  const is_same = refreshed.outcome === "renewed" && [undefined, refreshed.session.member.id].includes(whose);
  if (!is_same) throw new Problem("session_ended", 401);
  return refreshed.session.access_token;
}
