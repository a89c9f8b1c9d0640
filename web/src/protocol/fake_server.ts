// A server to play in tests: holds the sockets a connection opened and answers what the test says.
import type { FromPage, Ready, ToPage } from "./frames";
import type { SocketLike } from "./socket";

/** A frame that a server may send. */
export type Say = <T extends ToPage["t"]>(t: T, d: Extract<ToPage, { t: T }>["d"], id?: number) => void;

export interface FakeSocket extends SocketLike {
  url: string;
  subprotocol: string;
  readyState: number;
  sent: FromPage[];
  accept: () => void;
  say: Say;
  /** Whatever it is. */
  say_text: (text: string) => void;
  drop: (code: number) => void;
  /** The newest frame of this type. */
  last: <T extends FromPage["t"]>(t: T) => Extract<FromPage, { t: T }> | undefined;
  ready: (over?: Partial<Ready>) => void;
}

export function ready_frame(over: Partial<Ready> = {}): Ready {
  return {
    session: "session",
    member: "me",
    now: "2026-11-24T12:00:00Z",
    heartbeat_ms: 25_000,
    token_expires_at: "2026-11-24T12:10:00Z",
    limits: {
      frame_bytes: 16_384,
      text_chars: 2_000,
      messages_per_10s: 20,
      frames_per_minute: 120,
      retract_within_ms: 300_000,
    },
    rooms: [],
    resume: "fresh",
    reload: [],
    ...over,
  };
}

function fake_socket(url: string, subprotocol: string): FakeSocket {
  const socket: FakeSocket = {
    url,
    subprotocol,
    readyState: 0,
    sent: [],
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: (text) => {
      socket.sent.push(JSON.parse(text));
    },
    close: () => {
      socket.readyState = 3;
    },
    accept: () => {
      socket.readyState = 1;
      socket.onopen?.(new Event("open"));
    },
    say: (t, d, id) => {
      socket.say_text(JSON.stringify({ t, id, d }));
    },
    say_text: (text) => {
      socket.onmessage?.(new MessageEvent("message", { data: text }));
    },
    drop: (code) => {
      socket.readyState = 3;
      socket.onclose?.({ code } as CloseEvent);
    },
    last: (t) => socket.sent.findLast((frame) => frame.t === t) as never,
    ready: (over) => {
      if (socket.readyState === 0) socket.accept();
      socket.say("ready", ready_frame(over), socket.last("hello")?.id);
    },
  };
  return socket;
}

export function fake_server() {
  const sockets: FakeSocket[] = [];
  return {
    sockets,
    open(url: string, subprotocol: string): FakeSocket {
      const socket = fake_socket(url, subprotocol);
      sockets.push(socket);
      return socket;
    },
    newest(): FakeSocket {
      const socket = sockets.at(-1);
      if (!socket) throw new Error("nothing connected yet");
      return socket;
    },
  };
}
