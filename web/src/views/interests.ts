// The interests a member can choose from. The tag goes to the server, the word to the screen.
import type { Texts } from "../texts/ko";

export type Interest = keyof Texts["interest"];

export function interest_choices(t: Texts): { value: Interest; label: string }[] {
  return (Object.keys(t.interest) as Interest[]).map((value) => ({ value, label: t.interest[value] }));
}

/** A tag in words; one that this page does not know is shown as it is. */
export function interest_text(t: Texts, tag: string): string {
  return (t.interest as Record<string, string>)[tag] ?? tag;
}
