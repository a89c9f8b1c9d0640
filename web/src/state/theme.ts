// Light, dark, or as the system has it.
import { effect, signal } from "@preact/signals";
import { keep, read_kept, when_kept_elsewhere } from "./kept";

export type Theme = "system" | "light" | "dark";

function kept_theme(): Theme {
  const kept = read_kept("theme");
  return kept === "light" || kept === "dark" ? kept : "system";
}

export const theme = signal<Theme>(kept_theme());

export function choose_theme(chosen: Theme): void {
  theme.value = chosen;
  keep("theme", chosen === "system" ? null : chosen);
}

export function start_theme(): void {
  effect(() => {
    const chosen = theme.value;
    if (chosen === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = chosen;
  });
  when_kept_elsewhere("theme", () => {
    theme.value = kept_theme();
  });
}
