// The profile as it is being written: kept until it is saved or thrown away, also while another page is shown.
import { signal } from "@preact/signals";
import type { MemberChange } from "../api/member";
import type { Member } from "../api/session";
import { change_member } from "./account";

export type Profile = Pick<Member, "nickname" | "introduction" | "interests" | "languages">;

export const INTRODUCTION_CHARS_MAX = 200;
export const INTERESTS_MAX = 10;
export const LANGUAGES_MAX = 5;

interface Draft {
  of: string;
  profile: Profile;
}

const draft = signal<Draft | null>(null);

export function profile_of({ nickname, introduction, interests, languages }: Member): Profile {
  return { nickname, introduction, interests, languages };
}

/** Length as the server counts it: an emoji is one. */
export function chars(text: string): number {
  return [...text].length;
}

function same_tags(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((tag) => b.includes(tag));
}

/** What differs, and only that; null when nothing does. */
export function profile_changes(before: Profile, after: Profile): MemberChange | null {
  const change: MemberChange = {};
  const nickname = after.nickname.trim();
  const introduction = after.introduction.trim();
  if (nickname !== before.nickname) change.nickname = nickname;
  if (introduction !== before.introduction) change.introduction = introduction;
  if (!same_tags(before.interests, after.interests)) change.interests = after.interests;
  if (!same_tags(before.languages, after.languages)) change.languages = after.languages;
  return Object.keys(change).length === 0 ? null : change;
}

/** What the member is writing, or what is saved when nothing was begun. */
export function profile_shown(member: Member): Profile {
  return draft.value?.of === member.id ? draft.value.profile : profile_of(member);
}

export function write_profile(member: Member, change: Partial<Profile>): void {
  draft.value = { of: member.id, profile: { ...profile_shown(member), ...change } };
}

export function unsaved_changes(member: Member): MemberChange | null {
  return profile_changes(profile_of(member), profile_shown(member));
}

export function discard_changes(): void {
  draft.value = null;
}

/** Saves what differs; what is written while it is being saved stays unsaved. */
export async function save_profile(member: Member): Promise<void> {
  const saved = draft.value;
  const change = unsaved_changes(member);
  if (change !== null) await change_member(change);
  if (draft.value === saved) draft.value = null;
}
