// The service worker (`worker/`), which keeps the files of the page: starts it, and hears of newer versions.
import { effect, signal } from "@preact/signals";
import type { FromWorker } from "../../worker/messages";
import { navigate, parse_path } from "../routes";
import { is_ready } from "./connection";

/** The server has a version that is newer than this page, and this browser has all of its files. */
export const newer_version = signal(false);

const WORKER = "/sw.js";
const LOOK_AT_MOST_EVERY_MS = 10_000;
const LOOK_AT_LEAST_EVERY_MS = 3_600_000;

interface TrustedTypes {
  createPolicy: (
    name: string,
    rules: { createScriptURL: () => string },
  ) => { createScriptURL: (url: string) => string };
}

/** The only script address that a page may make of a text, and it is always this one. */
function trusted_worker(): string {
  const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
  return types?.createPolicy("rand-chat", { createScriptURL: () => WORKER }).createScriptURL("") ?? WORKER;
}

/** The path of the first script says which version this page is of. */
function own_start(): string {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"]');
  return new URL(script?.src ?? "", location.href).pathname;
}

/** Nothing needs it: where a browser has no service workers, pages are simply loaded. */
export function start_shell(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const start = own_start();
  // As long as it is held, the worker keeps the files of this version.
  navigator.locks?.request(start, { mode: "shared" }, () => new Promise(() => {})).catch(() => {});
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<FromWorker>) => {
    if (event.data.type === "version") newer_version.value = event.data.start !== start;
    if (event.data.type === "open") navigate(parse_path(event.data.path));
  });
  // The page itself comes first.
  if (document.readyState === "complete") void register();
  else window.addEventListener("load", () => void register(), { once: true });
}

async function register(): Promise<void> {
  try {
    look_for_newer_ones(await navigator.serviceWorker.register(trusted_worker(), { updateViaCache: "none" }));
  } catch {
    // Forbidden, or the server is away; the next load tries again.
  }
}

/** A page may be open for days. A server that is replaced loses the connections of its pages first. */
function look_for_newer_ones(registration: ServiceWorkerRegistration): void {
  let looked_at_ms = Date.now();
  const look = () => {
    if (Date.now() - looked_at_ms < LOOK_AT_MOST_EVERY_MS) return;
    looked_at_ms = Date.now();
    registration.update().catch(() => {});
  };
  let was_ready = false;
  effect(() => {
    if (is_ready.value && was_ready) look();
    was_ready ||= is_ready.value;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
  setInterval(look, LOOK_AT_LEAST_EVERY_MS);
}
