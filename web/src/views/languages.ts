// The languages that can be chosen, and how they are called.
import { language_name } from "../texts/formats";

const spoken = ["ko", "en", "ja", "zh", "es", "fr", "de", "pt", "ru", "vi", "th", "id"] as const;

/** What is chosen already besides is offered, too. */
export function language_choices(besides: readonly string[]): { value: string; label: string }[] {
  return [...new Set<string>([...spoken, ...besides])].map((value) => ({
    value,
    label: language_name(value),
  }));
}
