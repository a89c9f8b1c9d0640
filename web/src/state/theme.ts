// Light, dark, or as the system has it.
import { effect, signal } from "@preact/signals";
import { keep, read_kept } from "./kept";

export type Theme = "system" | "light" | "dark";

function kept_theme(): Theme {
  const kept = read_kept("theme");
  return kept === "light" || kept === "dark" ? kept : "system";
}

export const theme = signal<Theme>(kept_theme());

export function start_theme(): void {
  effect(() => {
    const chosen = theme.value;
    keep("theme", chosen === "system" ? null : chosen);
    if (chosen === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = chosen;
  });
}
