// The frames of the socket protocol randchat.v1, mirrored from docs/protocol.md.

export const SUBPROTOCOL = "randchat.v1";

export interface Message {
  room: string;
  seq: number;
  prev: number;
  id: string;
  from: string;
  /** `text`, `image`, or `retracted`: its sender has taken it back, and there is nothing in it any more. */
  kind: string;
  /** Empty in every kind but `text`. */
  text: string;
  /** In an `image`, and in nothing else. */
  image?: Image;
  sent_at: string;
  stored: boolean;
}

/** A picture in a room: enough to keep the place for it. Links to it come over HTTP. */
export interface Image {
  id: string;
  /** Of the large one, in pixels; the small one has the same shape. */
  width: number;
  height: number;
}

export interface Partner {
  id: string;
  /** Empty once withdrawn. */
  nickname: string;
  /** A link that ends; null without a picture. */
  image: string | null;
  withdrawn: boolean;
}

export interface Room {
  id: string;
  partner: Partner;
  open: boolean;
  opened_at: string;
  closed_by: "me" | "partner" | null;
  last_message: Message | null;
  last_seq: number;
  read_seq: number;
  partner_read_seq: number;
  unread: number;
}

/** Whom a member wishes to meet; what is null does not count. */
export interface Wish {
  max_distance_km: number | null;
  sex: "female" | "male" | null;
  age_min: number | null;
  age_max: number | null;
  language: string | null;
}

export interface Ticket extends Wish {
  id: string;
  since: string;
  /** Milliseconds from now during which nobody is looked for; absent when somebody is. */
  paused_ms?: number;
}

export type DistanceBand = "lt10" | "lt25" | "lt50" | "lt100" | "far";
export type Sex = "female" | "male" | "undisclosed";

export interface Proposal {
  id: string;
  token: string;
  expires_at: string;
  expires_in_ms: number;
  partner: {
    nickname: string;
    /** A link that ends; null without a picture. */
    image: string | null;
    sex: Sex;
    age_band: string;
    distance_band: DistanceBand;
    shared_interests: string[];
  };
  answered: "accept" | null;
}

export type WaitingNotice = "long_wait" | "partner_gone" | "paused";

export type MatchOutcome =
  | "accepted"
  | "declined"
  | "not_matched"
  | "expired"
  | "missed"
  | "dropped"
  | "cancelled";

export const report_reasons = ["spam", "harassment", "sexual", "hate", "underage", "other"] as const;
export type ReportReason = (typeof report_reasons)[number];

/** What a member told the moderators of a room, and what became of it. */
export interface Report {
  id: string;
  room: string;
  reason: ReportReason;
  state: "open" | "acted" | "dismissed";
  created_at: string;
  decided_at?: string | null;
}

export type PresenceState = "here" | "away" | "lost";

/** What the partner is in a room. */
export interface Presence {
  room: string;
  member: string;
  state: PresenceState;
}

export interface Ready {
  session: string;
  member: string;
  now: string;
  heartbeat_ms: number;
  token_expires_at: string;
  /** Only what the page goes by. */
  limits?: { retract_within_ms?: number };
  rooms: Room[];
  resume: "complete" | "reload" | "fresh";
  reload: string[];
  ticket?: Ticket | null;
  proposal?: Proposal | null;
}

export interface Sent {
  room: string;
  cid: string;
  seq: number;
  prev: number;
  sent_at: string;
  stored: boolean;
}

export interface SyncedMessages {
  room: string;
  after: number;
  messages: Message[];
  complete: boolean;
}

export interface RefusedRequest {
  code: string;
  retryable: boolean;
  retry_after_ms?: number;
  detail?: string;
}

/** Exactly one of a text and the token that the upload of a picture was answered with. */
export type SendMessage = { room: string; cid: string; again?: true } & (
  | { text: string; image?: never }
  | { image: string; text?: never }
);

/** What a page may ask, and what it is answered. */
export interface Requests {
  hello: { d: { token: string; resume?: { since: number } }; answer: Ready };
  send: { d: SendMessage; answer: Sent };
  read: { d: { room: string; seq: number }; answer: Record<string, never> };
  typing: { d: { room: string }; answer: Record<string, never> };
  sync: { d: { room: string; after: number }; answer: SyncedMessages };
  retract: { d: { room: string; id: string }; answer: Record<string, never> };
  look: { d: { room: string | null }; answer: Presence | Record<string, never> };
  seen: { d: { proposal: string }; answer: Record<string, never> };
  auth: { d: { token: string }; answer: Record<string, never> };
}

/** What the server says unasked. */
export type Push =
  | { t: "message"; d: Message }
  | { t: "stored"; d: { room: string; ids: string[] } }
  | { t: "retracted"; d: { room: string; id: string } }
  | { t: "read"; d: { room: string; member: string; seq: number } }
  | { t: "typing"; d: { room: string; member: string } }
  | { t: "presence"; d: Presence }
  | { t: "room.opened"; d: { room: Room } }
  | { t: "room.closed"; d: { room: string; by: "me" | "partner" } }
  | { t: "match.waiting"; d: { ticket: Ticket; notice?: WaitingNotice | null } }
  | { t: "match.proposed"; d: Proposal }
  | { t: "match.ended"; d: { proposal?: string | null; outcome: MatchOutcome; room?: string | null } }
  | { t: "report.decided"; d: { report: Report } };

export function is_retracted(message: Message): boolean {
  return message.kind === "retracted";
}

export function is_image(message: Message): message is Message & { image: Image } {
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

const pushes: ReadonlySet<string> = new Set<Push["t"]>([
  "message",
  "stored",
  "retracted",
  "read",
  "typing",
  "presence",
  "room.opened",
  "room.closed",
  "match.waiting",
  "match.proposed",
  "match.ended",
  "report.decided",
]);

export function is_push(frame: { t: string }): frame is Push {
  return pushes.has(frame.t);
}
