// The connection to a ws-gateway: connects, says hello, resumes, beats, renews, comes back. Knows no view.
import { after_close, type StopReason } from "./close";
import {
  is_push,
  type Push,
  parse_frame,
  type Ready,
  type RefusedRequest,
  type Requests,
  SUBPROTOCOL,
} from "./frames";

export type ConnectionState =
  | { name: "idle" }
  | { name: "connecting" }
  | { name: "ready" }
  | { name: "pausing"; until_ms: number }
  | { name: "offline" }
  | { name: "stopped"; reason: StopReason };

export type TokenAnswer =
  | { outcome: "token"; token: string; expires_in_ms: number }
  | { outcome: "ended" }
  | { outcome: "suspended" }
  | { outcome: "unreachable" };

/** The part of WebSocket that is used, so that a test can play the server. */
export interface SocketLike {
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface ConnectionOptions {
  url: string;
  open: (url: string, subprotocol: string) => SocketLike;
  /** Gives an access token: the one at hand, or, when asked, certainly a new one. */
  token: (which: "at_hand" | "new") => Promise<TokenAnswer>;
  /** The greatest place this page has, null when it has none. */
  since: () => number | null;
  random: () => number;
  now: () => number;
  online: () => boolean;
  on_state: (state: ConnectionState) => void;
  on_ready: (ready: Ready) => void;
  on_push: (push: Push) => void;
}

export interface Connection {
  start: () => void;
  stop: () => void;
  /** Sends a request; rejects with `RequestFailed`, also when the connection is lost meanwhile. */
  request: <T extends keyof Requests>(t: T, d: Requests[T]["d"]) => Promise<Requests[T]["answer"]>;
  network_came: () => void;
  network_went: () => void;
  /** Tries at once instead of at the end of the pause. */
  hurry: () => void;
}

export class RequestFailed extends Error {
  constructor(
    readonly code: string,
    readonly retryable: boolean,
    readonly retry_after_ms: number | null,
  ) {
    super(code);
  }
}

const HELLO_LIMIT_MS = 10_000;
const REQUEST_LIMIT_MS = 10_000;
const SILENCE_GRACE_MS = 10_000;
const PAUSE_STEP_MS = 500;
const PAUSE_MAX_MS = 20_000;
/** A connection that lived this long was a good one: the next pause starts small again. */
const GOOD_AFTER_MS = 10_000;
const RENEW_BEFORE_MS = 60_000;
const RENEW_RETRY_MS = 5_000;
const OPEN = 1;

interface Waiting {
  resolve: (answer: never) => void;
  reject: (error: RequestFailed) => void;
  limit: Timer;
}

type Timer = ReturnType<typeof setTimeout>;

/** Full jitter: anywhere between nothing and the bound, so that many pages do not come back together. */
export function reconnect_pause_ms(attempt: number, random: number): number {
  return random * Math.min(PAUSE_MAX_MS, PAUSE_STEP_MS * 2 ** Math.min(attempt, 16));
}

export function create_connection(options: ConnectionOptions): Connection {
  let state: ConnectionState = { name: "idle" };
  let socket: SocketLike | null = null;
  /** Rises whenever a connection is given up, so that late answers of the old one are ignored. */
  let generation = 0;
  let attempt = 0;
  let next_id = 1;
  let heartbeat_ms = 25_000;
  let leave_at_ms: number | null = null;
  let wanted_token: "at_hand" | "new" = "at_hand";
  /** The session was called ended, and no connection was ready since. */
  let doubts_session = false;
  const waiting = new Map<number, Waiting>();
  const timers: Record<"pause" | "hello" | "silence" | "renew" | "good" | "leave", Timer | undefined> = {
    pause: undefined,
    hello: undefined,
    silence: undefined,
    renew: undefined,
    good: undefined,
    leave: undefined,
  };

  function set_state(next: ConnectionState): void {
    state = next;
    options.on_state(next);
  }

  function set_timer(name: keyof typeof timers, after_ms: number, then: () => void): void {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(then, after_ms);
  }

  function clear_timers(): void {
    for (const name of Object.keys(timers) as (keyof typeof timers)[]) clearTimeout(timers[name]);
  }

  /** Lets go of the present socket at once; a dead network may never report its close. */
  function let_go(): void {
    generation += 1;
    clear_timers();
    const old = socket;
    socket = null;
    if (old) {
      old.onopen = null;
      old.onmessage = null;
      old.onclose = null;
      old.onerror = null;
      old.close();
    }
    const failed = [...waiting.values()];
    waiting.clear();
    for (const request of failed) {
      clearTimeout(request.limit);
      request.reject(new RequestFailed("connection_lost", true, null));
    }
  }

  function come_back(at_least_ms = 0): void {
    const left_ms = leave_at_ms === null ? null : Math.max(0, leave_at_ms - options.now());
    const jitter_ms = left_ms ?? reconnect_pause_ms(attempt, options.random());
    leave_at_ms = null;
    attempt += 1;
    const pause_ms = Math.max(at_least_ms, jitter_ms);
    set_state(
      options.online() ? { name: "pausing", until_ms: options.now() + pause_ms } : { name: "offline" },
    );
    set_timer("pause", pause_ms, connect);
  }

  function stop_for(reason: StopReason): void {
    let_go();
    set_state({ name: "stopped", reason });
  }

  async function connect(): Promise<void> {
    let_go();
    const mine = generation;
    if (options.online()) set_state({ name: "connecting" });
    const answer = await options.token(wanted_token);
    if (mine !== generation) return;
    if (answer.outcome === "ended") return stop_for("session_ended");
    if (answer.outcome === "suspended") return stop_for("suspended");
    if (answer.outcome === "unreachable") return come_back();
    wanted_token = "at_hand";
    open_socket(answer.token);
  }

  function open_socket(token: string): void {
    let opened: SocketLike;
    try {
      opened = options.open(options.url, SUBPROTOCOL);
    } catch {
      return come_back();
    }
    socket = opened;
    opened.onopen = () => say_hello(token);
    opened.onmessage = (event) => on_text(event.data);
    opened.onclose = (event) => on_close(event.code);
    set_timer("hello", HELLO_LIMIT_MS, lost);
  }

  function lost(): void {
    let_go();
    come_back();
  }

  function on_close(code: number): void {
    const next = after_close(code);
    if (next.do === "stop") return stop_for(next.reason);
    if (next.do === "doubt_session") return doubt_session();
    let_go();
    if (next.refresh_first) wanted_token = "new";
    come_back(next.pause_at_least_ms);
  }

  /** A changed password, or logging in on another tab, ends the session and gives this browser a new one. */
  function doubt_session(): void {
    if (doubts_session) return stop_for("session_ended");
    doubts_session = true;
    wanted_token = "new";
    let_go();
    come_back();
  }

  function say_hello(token: string): void {
    const since = options.since();
    const d = since === null ? { token } : { token, resume: { since } };
    request("hello", d).then(on_ready, (error: RequestFailed) => {
      if (error.code === "connection_lost") return;
      wanted_token = "new";
      lost();
    });
  }

  function on_ready(ready: Ready): void {
    clearTimeout(timers.hello);
    doubts_session = false;
    heartbeat_ms = ready.heartbeat_ms;
    expect_noise();
    set_timer("good", GOOD_AFTER_MS, () => {
      attempt = 0;
    });
    renew_in(Date.parse(ready.token_expires_at) - Date.parse(ready.now));
    set_state({ name: "ready" });
    options.on_ready(ready);
  }

  function expect_noise(): void {
    set_timer("silence", heartbeat_ms + SILENCE_GRACE_MS, lost);
  }

  function renew_in(lifetime_ms: number): void {
    // A short-lived token is renewed half way instead of a minute before its end.
    const margin_ms = Math.min(RENEW_BEFORE_MS, lifetime_ms / 2);
    set_timer("renew", Math.max(0, lifetime_ms - margin_ms), renew);
  }

  async function renew(): Promise<void> {
    const mine = generation;
    const answer = await options.token("new");
    if (mine !== generation) return;
    if (answer.outcome === "ended") return stop_for("session_ended");
    if (answer.outcome === "suspended") return stop_for("suspended");
    if (answer.outcome === "unreachable") return set_timer("renew", RENEW_RETRY_MS, renew);
    try {
      await request("auth", { token: answer.token });
      if (mine === generation) renew_in(answer.expires_in_ms);
    } catch {
      if (mine === generation) set_timer("renew", RENEW_RETRY_MS, renew);
    }
  }

  function on_text(text: unknown): void {
    const frame = parse_frame(text);
    if (frame === null) return;
    if (state.name === "ready") expect_noise();
    if (frame.id !== undefined) return on_answer(frame.id, frame.t, frame.d);
    if (frame.t === "ping") return answer_ping();
    if (frame.t === "goaway") return on_goaway(frame.d);
    if (is_push(frame)) options.on_push(frame);
  }

  function on_answer(id: number, t: string, d: unknown): void {
    const request = waiting.get(id);
    if (!request) return;
    waiting.delete(id);
    clearTimeout(request.limit);
    if (t !== "err") return request.resolve(d as never);
    const refused = d as RefusedRequest;
    request.reject(new RequestFailed(refused.code, refused.retryable, refused.retry_after_ms ?? null));
  }

  function answer_ping(): void {
    // The server shows at once what it knows to be newer.
    put_on_wire({ t: "pong", d: { since: options.since() ?? 0 } });
  }

  function on_goaway(d: Record<string, unknown>): void {
    const pause_ms = typeof d["reconnect_in_ms"] === "number" ? d["reconnect_in_ms"] : 0;
    leave_at_ms = options.now() + pause_ms;
    set_timer("leave", pause_ms, lost);
  }

  function put_on_wire(frame: { t: string; id?: number; d: unknown }): boolean {
    if (socket?.readyState !== OPEN) return false;
    socket.send(JSON.stringify(frame));
    return true;
  }

  function request<T extends keyof Requests>(t: T, d: Requests[T]["d"]): Promise<Requests[T]["answer"]> {
    if (t !== "hello" && state.name !== "ready")
      return Promise.reject(new RequestFailed("connection_lost", true, null));
    const id = next_id;
    next_id += 1;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        waiting.delete(id);
        reject(new RequestFailed("no_answer", true, null));
      }, REQUEST_LIMIT_MS);
      waiting.set(id, { resolve, reject, limit });
      if (put_on_wire({ t, id, d })) return;
      waiting.delete(id);
      clearTimeout(limit);
      reject(new RequestFailed("connection_lost", true, null));
    });
  }

  function is_running(): boolean {
    return state.name !== "idle" && state.name !== "stopped";
  }

  return {
    start() {
      attempt = 0;
      leave_at_ms = null;
      doubts_session = false;
      void connect();
    },
    stop() {
      let_go();
      set_state({ name: "idle" });
    },
    request,
    network_came() {
      if (!is_running()) return;
      attempt = 0;
      void connect();
    },
    network_went() {
      if (!is_running()) return;
      let_go();
      // Keeps trying: a laptop without any network still reaches a server on itself.
      come_back();
    },
    hurry() {
      if (state.name === "pausing" || state.name === "offline") void connect();
    },
  };
}
