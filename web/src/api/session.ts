// What a log-in gives: the generated types, by the names they have in this client.
import type { MemberView, PictureView, SessionView } from "./generated";

export type { Agreement } from "./generated";
export type Member = MemberView;
/** Links to a picture; they end after a while, and a fresh member has fresh ones. */
export type Picture = PictureView;
export type Session = SessionView;
