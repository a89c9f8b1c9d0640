// How a member wishes to be called while not looking: by a sound, by notifications. It holds for this browser.
import { signal } from "@preact/signals";
import { kept_switch } from "./kept";

export const sound = kept_switch("sound");
const notifications = kept_switch("notifications");

/** Also unsupported where the page was not loaded over HTTPS. */
export type Permission = NotificationPermission | "unsupported";

function permission_now(): Permission {
  const is_supported = "Notification" in window && "serviceWorker" in navigator;
  return is_supported ? Notification.permission : "unsupported";
}

/** What this browser lets us do. */
export const permission = signal<Permission>(permission_now());

/** Its owner may have changed it in the settings of the browser, or on another page. */
export function look_at_permission(): void {
  permission.value = permission_now();
}

export function notifications_are_on(): boolean {
  return notifications.is_on() && permission.value === "granted";
}

/** Asks the browser first when it must be asked: only ever on a member's own tap. */
export async function turn_notifications(on: boolean): Promise<void> {
  if (on && permission.value === "default") await Notification.requestPermission();
  look_at_permission();
  notifications.turn(on && permission.value === "granted");
}
