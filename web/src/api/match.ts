// Asking for a match over HTTP; what comes of it arrives over the socket.
import type { Ticket, Wish } from "../protocol/frames";
import { ask_as_member } from "./client";
import type { Answer, Outlook } from "./generated";
import { Problem } from "./problem";

export type { Condition as Narrowing, Outlook } from "./generated";

export const ask_for_match = (wish: Wish) => ask_as_member("PUT", "/match/ticket", { body: wish });

export const cancel_match = () => ask_as_member("DELETE", "/match/ticket");

export const answer_proposal = (id: string, token: string, answer: Answer) =>
  ask_as_member("POST", "/match/proposals/{proposal}/answer", {
    path: { proposal: id },
    body: { token, answer },
  });

/** The member's place in the queue, null when there is none. */
export async function get_ticket(): Promise<Ticket | null> {
  try {
    return await ask_as_member("GET", "/match/ticket");
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

/** What to expect while waiting; null from an older server, which does not say. */
export async function get_outlook(): Promise<Outlook | null> {
  return (await ask_as_member("GET", "/match/ticket")).outlook ?? null;
}
