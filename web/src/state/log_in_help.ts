// What is carried from the log-in page to the pages that help with it, and back: in memory, never in an address.
import { signal } from "@preact/signals";

/** What was typed as username or e-mail. */
export const typed_login = signal("");

/** What has just been done, said on the log-in page. */
export const done_before_log_in = signal<"unlocked" | "password_reset" | null>(null);
