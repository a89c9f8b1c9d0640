// What few visits need: its code is fetched when it is wanted.
import { effect } from "@preact/signals";
import { notifications_are_on, sound } from "../state/calling";
import { is_ready } from "../state/connection";
import { lazily } from "./lazily";

export const Agreeing = lazily(async () => (await import("./agreeing")).Agreeing);
export const DocumentPage = lazily(async () => (await import("./document")).DocumentPage);
export const MeSection = lazily(async () => (await import("./me_section")).MeSection);

/** Calls are for those who turned them on, and come over a connection. */
export function call_when_wanted(): void {
  let begun = false;
  effect(() => {
    if (begun || !is_ready.value || !(sound.is_on() || notifications_are_on())) return;
    begun = true;
    import("./calls").then(
      (calls) => calls.start_calls(),
      () => {
        begun = false;
      },
    );
  });
}
