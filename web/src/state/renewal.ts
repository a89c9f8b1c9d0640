// A page that is older than the server renews itself while nobody looks, when a reload takes nothing away.
import { effect } from "@preact/signals";
import { type Route, route } from "../routes";
import { sound } from "./calling";
import { is_ready } from "./connection";
import { has_drafts } from "./drafts";
import { images_are_on_their_way } from "./image_sending";
import { match } from "./match";
import { anything_is_unsent } from "./messages";
import { unsaved_changes } from "./profile";
import { decided_report } from "./reports";
import { session } from "./session";
import { newer_version } from "./shell";

const HIDDEN_FOR_MS = 60_000;
/** Nothing is written on these, and they look the same after a reload. */
const plain_pages: ReadonlySet<Route["name"]> = new Set(["landing", "match", "rooms", "me"]);

export function is_harmless(): boolean {
  const who = session.value;
  if (who.name === "in") {
    if (!is_ready.value || match.value.name !== "idle" || unsaved_changes(who.member) !== null) return false;
  } else if (who.name !== "out" || !navigator.onLine) return false;
  return (
    plain_pages.has(route.value.name) &&
    document.querySelector("dialog[open]") === null &&
    decided_report.value === null &&
    !has_drafts() &&
    !images_are_on_their_way() &&
    !anything_is_unsent() &&
    // A page that nobody has touched since it was loaded may not make a sound.
    !sound.is_on()
  );
}

export function start_renewal(): void {
  let waiting: ReturnType<typeof setInterval> | undefined;
  const look = () => {
    clearInterval(waiting);
    if (!newer_version.value || document.visibilityState !== "hidden") return;
    waiting = setInterval(() => {
      if (is_harmless()) location.reload();
    }, HIDDEN_FOR_MS);
  };
  effect(look);
  document.addEventListener("visibilitychange", look);
}
