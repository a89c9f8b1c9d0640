// The frames of the socket protocol randchat.v1: the generated types, by the names they have in this client.
import type * as wire from "./generated";

export const SUBPROTOCOL = "randchat.v1";

export type {
  DistanceBand,
  FromPage,
  MatchOutcome,
  Message,
  PresenceState,
  Ready,
  ReportReason,
  Sent,
  Sex,
  ToPage,
  Wish,
} from "./generated";

export type Image = wire.ImageView;
export type Partner = wire.PartnerView;
export type Presence = wire.PresenceMark;
export type Proposal = wire.ProposalView;
export type Report = wire.ReportView;
export type Room = wire.RoomView;
export type Ticket = wire.TicketView;
export type WaitingNotice = wire.WaitNotice;

type ContentsOf<Frame, T> = NonNullable<Extract<Frame, { t: T }> extends { d?: infer D } ? D : never>;

/** Exactly one of a text and the token that the upload of a picture was answered with. */
export type SendMessage = Omit<wire.SendMessage, "text" | "image"> &
  ({ text: string; image?: never } | { image: string; text?: never });

/** What each request is answered with, when it is not refused. */
interface AnswerTypes {
  hello: "ready";
  send: "sent";
  read: "ok";
  typing: "ok";
  sync: "messages";
  retract: "ok";
  look: "presence" | "ok";
  seen: "ok";
  auth: "ok";
}

/** What a page may ask, and what it is answered. */
export type Requests = {
  [T in Exclude<wire.FromPage["t"], "pong">]: {
    d: T extends "send" ? SendMessage : ContentsOf<wire.FromPage, T>;
    answer: ContentsOf<wire.ToPage, AnswerTypes[T]>;
  };
};

export type RefusedRequest = wire.Refusal;

/** What the server says unasked, and is shown. */
export type Push = Exclude<
  wire.ToPage,
  { t: "ready" | "sent" | "messages" | "ok" | "err" | "ping" | "goaway" }
>;

const pushes: Record<Push["t"], true> = {
  message: true,
  stored: true,
  retracted: true,
  read: true,
  typing: true,
  presence: true,
  "room.opened": true,
  "room.closed": true,
  "match.waiting": true,
  "match.proposed": true,
  "match.ended": true,
  "report.decided": true,
};

export function is_push(frame: { t: string }): frame is Push {
  return Object.hasOwn(pushes, frame.t);
}

const reasons: Record<wire.ReportReason, true> = {
  spam: true,
  harassment: true,
  sexual: true,
  hate: true,
  underage: true,
  other: true,
};

export const report_reasons = Object.keys(reasons) as wire.ReportReason[];

export function is_retracted(message: wire.Message): boolean {
  return message.kind === "retracted";
}

export function is_image(message: wire.Message): message is wire.Message & { image: Image } {
  return message.kind === "image" && message.image !== undefined;
}

export interface RawFrame {
  t: string;
  id?: number;
  d: Record<string, unknown>;
}

/** Reads one text frame; null when it is not of the protocol's shape. */
export function parse_frame(text: unknown): RawFrame | null {
  if (typeof text !== "string") return null;
  try {
    const frame = JSON.parse(text) as Partial<RawFrame> | null;
    if (frame === null || typeof frame !== "object" || typeof frame.t !== "string") return null;
    const d = typeof frame.d === "object" && frame.d !== null ? frame.d : {};
    return typeof frame.id === "number" ? { t: frame.t, id: frame.id, d } : { t: frame.t, d };
  } catch {
    return null;
  }
}
