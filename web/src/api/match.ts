// Asking for a match over HTTP; what comes of it arrives over the socket.
import type { Ticket, Wish } from "../protocol/frames";
import { ask_as_member } from "./client";
import { Problem } from "./problem";

/** What can keep people away. */
export type Narrowing = "distance" | "sex" | "age" | "language";

/** What somebody who waits may expect. */
export interface Outlook {
  /** So many wait within reach, or more; 0 stands for fewer than ten. */
  in_reach_at_least: number;
  /** How long it took lately until somebody was found; null when too little is known. */
  wait_s: number | null;
  /** What keeps away most of those who would suit without it; where few are, what usually does. */
  narrowest: Narrowing | null;
}

export interface AnswerTaken {
  state: "waiting_for_partner" | "accepted" | "declined";
  room?: string | null;
}

export const ask_for_match = (wish: Wish) => ask_as_member<Ticket>("PUT", "/match/ticket", wish);

export const cancel_match = () => ask_as_member<void>("DELETE", "/match/ticket");

export const answer_proposal = (id: string, token: string, answer: "accept" | "decline") =>
  ask_as_member<AnswerTaken>("POST", `/match/proposals/${encodeURIComponent(id)}/answer`, { token, answer });

/** The member's place in the queue, null when there is none. */
export async function get_ticket(): Promise<Ticket | null> {
  try {
    return await ask_as_member<Ticket>("GET", "/match/ticket");
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

/** What to expect while waiting; null from a server that does not say. */
export async function get_outlook(): Promise<Outlook | null> {
  const { outlook } = await ask_as_member<{ outlook?: Outlook }>("GET", "/match/ticket");
  return outlook ?? null;
}
