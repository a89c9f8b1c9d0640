// Which language the page speaks.
import { effect, signal } from "@preact/signals";
import { keep, read_kept } from "../state/kept";

export type Language = "ko" | "en";

function first_language(): Language {
  const kept = read_kept("language");
  if (kept === "ko" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
}

export const language = signal<Language>(first_language());

export function choose_language(chosen: Language): void {
  language.value = chosen;
  keep("language", chosen);
}

export function start_language(): void {
  effect(() => {
    document.documentElement.lang = language.value;
  });
  window.addEventListener("storage", (event) => {
    if (event.key === "language") language.value = first_language();
  });
}
