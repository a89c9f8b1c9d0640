// Which language the page speaks.
import { effect, signal } from "@preact/signals";
import { keep, read_kept, when_kept_elsewhere } from "../state/kept";

export type Language = "ko" | "en";

function kept_language(): Language {
  const kept = read_kept("language");
  if (kept === "ko" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
}

export const language = signal<Language>(kept_language());

export function choose_language(chosen: Language): void {
  language.value = chosen;
  keep("language", chosen);
}

export function start_language(): void {
  effect(() => {
    document.documentElement.lang = language.value;
  });
  when_kept_elsewhere("language", () => {
    language.value = kept_language();
  });
}
