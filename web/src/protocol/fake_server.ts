// A server to play in tests: holds the sockets a connection opened and answers what the test says.
import type { Ready } from "./frames";
import type { SocketLike } from "./socket";

export interface FakeSocket extends SocketLike {
  url: string;
  subprotocol: string;
  readyState: number;
  sent: { t: string; id?: number; d: Record<string, unknown> }[];
  accept: () => void;
  say: (t: string, d?: unknown, id?: number) => void;
  drop: (code: number) => void;
  /** The newest frame of this type. */
  last: (t: string) => FakeSocket["sent"][number] | undefined;
  ready: (over?: Partial<Ready>) => void;
}

export function ready_frame(over: Partial<Ready> = {}): Ready {
  return {
    session: "session",
    member: "me",
    now: "2026-11-24T12:00:00Z",
    heartbeat_ms: 25_000,
    token_expires_at: "2026-11-24T12:10:00Z",
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
    say: (t, d = {}, id) => {
      socket.onmessage?.(new MessageEvent("message", { data: JSON.stringify({ t, id, d }) }));
    },
    drop: (code) => {
      socket.readyState = 3;
      socket.onclose?.({ code } as CloseEvent);
    },
    last: (t) => socket.sent.findLast((frame) => frame.t === t),
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
