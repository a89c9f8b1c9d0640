// How far away a stranger may be: the choices, and how they are said.
import { client_settings } from "../state/client_settings";
import type { Texts } from "../texts/ko";

export function distance_text(t: Texts, km: number | null): string {
  return km === null ? t.match.anywhere : t.match.within(km);
}

export function distances(): (number | null)[] {
  return [...client_settings.value.max_distances_km, null];
}
