// What one page of this browser tells the others at once. No token is ever among it.
import type { Member } from "../api/session";

export type Told =
  /** Somebody logged in: the cookie is theirs now. */
  | { type: "entered"; member: string }
  /** The member logged out or withdrew. */
  | { type: "left"; member: string; because: "withdrawn" | null }
  /** What the server has made of the member. */
  | { type: "member"; member: Member };

let channel: BroadcastChannel | null = null;

export function listen_to_tabs(hear: (told: Told) => void): void {
  // Browsers without it notice most of it by the socket, and the rest at the next refresh.
  if (typeof BroadcastChannel === "undefined") return;
  channel?.close();
  channel = new BroadcastChannel("rand-chat.tabs");
  channel.onmessage = (event: MessageEvent<Told>) => hear(event.data);
}

export function tell_tabs(told: Told): void {
  channel?.postMessage(told);
}
