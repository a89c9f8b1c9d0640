// What a log-in gives.
import type { Sex } from "../protocol/frames";

/** What a member must have agreed to. */
export type Agreement = "terms" | "privacy";

/** Links to a picture; they end after a while, and a fresh member has fresh ones. */
export interface Picture {
  small: string;
  large: string;
}

export interface Member {
  id: string;
  username: string;
  nickname: string;
  email: string;
  birth_date: string;
  sex: Sex;
  introduction: string;
  interests: string[];
  languages: string[];
  /** The language of mails. */
  language: "ko" | "en";
  share_read: boolean;
  share_typing: boolean;
  image: Picture | null;
  /** What is in force now and was not agreed to yet. */
  consents_due: Agreement[];
  created_at: string;
}

export interface Session {
  access_token: string;
  expires_in_s: number;
  member: Member;
}
