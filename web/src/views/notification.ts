// Notifications of the system. They are shown by the service worker: phones know no others, and a tap on one leads to its
// page also when the one that showed it is gone.
import { language } from "../texts/language";

interface Called {
  /** A newer one with the same tag takes the place of the older. */
  tag: string;
  title: string;
  body: string;
  /** The page behind it. */
  path: string;
}

const ICON = "/icons/any-192.png";

async function worker(): Promise<ServiceWorkerRegistration | null> {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  return registration?.active ? registration : null;
}

export async function notify({ tag, title, body, path }: Called): Promise<void> {
  // The sound is a switch of its own.
  const options: NotificationOptions & { renotify: boolean } = {
    tag,
    body,
    data: path,
    icon: ICON,
    lang: language.peek(),
    silent: true,
    renotify: true,
  };
  try {
    await (await worker())?.showNotification(title, options);
  } catch {
    // The permission has just been taken back.
  }
}

/** Those that are shown, also by other pages and before a reload; of this tag, if there is one. */
async function shown(tag?: string): Promise<Notification[]> {
  return (await (await worker())?.getNotifications(tag === undefined ? {} : { tag })) ?? [];
}

export async function shown_notifications(): Promise<string[]> {
  return (await shown()).map((one) => one.tag);
}

export async function close_notification(tag: string): Promise<void> {
  for (const one of await shown(tag)) one.close();
}

export async function close_all_notifications(): Promise<void> {
  for (const one of await shown()) one.close();
}
