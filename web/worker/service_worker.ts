// Keeps the files of the pages in the browser: they open without a network, and a page that is older than the server
// still finds what belongs to it. It never touches what is said to the server, nor pictures.
import type { FromWorker } from "./messages";

declare const self: ServiceWorkerGlobalScope;

/** The build puts the files of this version in its place. */
declare const __SHELL__: {
  version: string;
  /** The path of the first script. */
  start: string;
  files: { path: string; integrity: string }[];
};

const shell = __SHELL__;
const CACHES = "rand-chat.shell.";
const CACHE = CACHES + shell.version;
const PAGE = "/index.html";
/** Who waits longer for a page has hardly a network. */
const PAGE_LIMIT_MS = 3_000;
const files = new Set(shell.files.map((file) => file.path));

self.addEventListener("install", (event) => event.waitUntil(keep_files()));
self.addEventListener("activate", (event) => event.waitUntil(take_over()));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open_page(String(event.notification.data)));
});
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate") {
    if (is_page(pathname)) event.respondWith(page(event.request));
  } else if (files.has(pathname) || pathname.startsWith("/assets/"))
    event.respondWith(file(event.request, pathname));
});

/** All of one version or nothing: while servers are being replaced, files may come from two. */
async function keep_files(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(
    shell.files.map(({ path, integrity }) => {
      const is_named_by_contents = path.startsWith("/assets/");
      return new Request(path, { integrity, cache: is_named_by_contents ? "default" : "no-cache" });
    }),
  );
  await self.skipWaiting();
}

async function take_over(): Promise<void> {
  await self.clients.claim();
  await drop_unused();
  const message: FromWorker = { type: "version", start: shell.start };
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage(message);
}

/** Drops the files of versions that no page shows any more: a page holds a lock named by the path of its first script. */
async function drop_unused(): Promise<void> {
  const { held = [] } = await navigator.locks.query();
  const starts = held.flatMap(({ name }) => (name?.startsWith("/") ? [name] : []));
  for (const name of await caches.keys()) {
    if (name === CACHE || !name.startsWith(CACHES)) continue;
    const cache = await caches.open(name);
    const found = await Promise.all(starts.map((start) => cache.match(start)));
    if (found.every((one) => one === undefined)) await caches.delete(name);
  }
}

/** As the server sees it: what has a dot in its last part is a file. */
function is_page(path: string): boolean {
  if (/^\/(api|internal)\//.test(path) || path === "/ws") return false;
  return !path.slice(path.lastIndexOf("/")).includes(".");
}

async function page(request: Request): Promise<Response> {
  let answer: Response | null = null;
  try {
    answer = await fetch(request, { signal: AbortSignal.timeout(PAGE_LIMIT_MS) });
  } catch {
    // No network, or hardly any.
  }
  if (answer !== null && answer.status < 500) return answer;
  return (await caches.match(PAGE, { cacheName: CACHE })) ?? answer ?? Response.error();
}

async function file(request: Request, path: string): Promise<Response> {
  const own = await caches.match(path, { cacheName: CACHE });
  // A page that is older than this worker asks for files of its own version.
  return own ?? (await caches.match(path)) ?? fetch(request);
}

async function open_page(path: string): Promise<void> {
  // Newest first.
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const pages = windows.filter((one) => is_page(new URL(one.url).pathname));
  const shown = pages.find((one) => one.visibilityState === "visible") ?? pages[0];
  if (shown === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  await shown.focus().catch(() => {});
  const message: FromWorker = { type: "open", path };
  shown.postMessage(message);
}
