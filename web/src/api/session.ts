// What a log-in gives.
import type { Sex } from "../protocol/frames";

export interface Member {
  id: string;
  username: string;
  nickname: string;
  email: string;
  birth_date: string;
  sex: Sex;
  introduction: string | null;
  interests: string[];
  languages: string[];
  created_at: string;
}

export interface Session {
  access_token: string;
  expires_in_s: number;
  member: Member;
}
