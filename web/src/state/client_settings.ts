// The server's limits and choices that a page must know; sensible ones until they are loaded.
import { signal } from "@preact/signals";
import { type ClientSettings, get_client_settings } from "../api/member";

export const client_settings = signal<ClientSettings>({
  mail: "smtp",
  minimum_age: 19,
  terms_version: "2026-11",
  privacy_version: "2026-11",
  max_distances_km: [5, 10, 25, 50, 100],
  proposal_ms: 30_000,
  text_chars_max: 2_000,
});

export async function load_client_settings(): Promise<void> {
  try {
    client_settings.value = { ...client_settings.value, ...(await get_client_settings()) };
  } catch {
    // The usual values hold; the server checks everything anyway.
  }
}
