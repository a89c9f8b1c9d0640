// The pages' addresses: a very small router on the history API.
import { signal } from "@preact/signals";

/** The parts of a member's own page that have an address of their own. */
export const sections = [
  "profile",
  "image",
  "notifications",
  "password",
  "email",
  "sessions",
  "privacy",
  "blocks",
  "reports",
  "export",
  "withdraw",
] as const;

export type Section = (typeof sections)[number];

export type Route =
  | { name: "landing" }
  | { name: "sign_up" }
  | { name: "log_in" }
  | { name: "unlock" }
  | { name: "forgot_username" }
  | { name: "forgot_password" }
  | { name: "terms" }
  | { name: "privacy" }
  | { name: "match" }
  | { name: "rooms" }
  | { name: "room"; room: string }
  | { name: "me" }
  | { name: "me_section"; section: Section }
  | { name: "not_found" };

type Plain = Exclude<Route["name"], "room" | "me_section" | "not_found">;

const paths: Record<Plain, string> = {
  landing: "/",
  sign_up: "/sign-up",
  log_in: "/log-in",
  unlock: "/unlock",
  forgot_username: "/forgot-username",
  forgot_password: "/forgot-password",
  terms: "/terms",
  privacy: "/privacy",
  match: "/match",
  rooms: "/rooms",
  me: "/me",
};
const plain_names = new Map(Object.entries(paths).map(([name, path]) => [path, name as Plain]));

function is_section(text: string): text is Section {
  return (sections as readonly string[]).includes(text);
}

export function parse_path(path: string): Route {
  const parts = path.split("/").filter((part) => part !== "");
  const plain = plain_names.get(`/${parts.join("/")}`);
  if (plain !== undefined) return { name: plain };
  const [first, second] = parts;
  if (parts.length !== 2 || second === undefined) return { name: "not_found" };
  if (first === "rooms") return { name: "room", room: decodeURIComponent(second) };
  if (first === "me" && is_section(second)) return { name: "me_section", section: second };
  return { name: "not_found" };
}

export function path_of(route: Route): string {
  switch (route.name) {
    case "room":
      return `/rooms/${encodeURIComponent(route.room)}`;
    case "me_section":
      return `/me/${route.section}`;
    case "not_found":
      return "/";
    default:
      return paths[route.name];
  }
}

export const route = signal<Route>({ name: "landing" });

export function navigate(to: Route, how: "push" | "replace" = "push"): void {
  const path = path_of(to);
  if (path !== location.pathname) {
    if (how === "push") history.pushState(null, "", path);
    else history.replaceState(null, "", path);
  }
  route.value = to;
}

function is_plain_click(event: MouseEvent): boolean {
  return (
    event.button === 0 &&
    !event.defaultPrevented &&
    !event.metaKey &&
    !event.ctrlKey &&
    !event.shiftKey &&
    !event.altKey
  );
}

function follow_link(event: MouseEvent): void {
  const anchor = (event.target as Element | null)?.closest?.("a");
  if (!anchor || !is_plain_click(event)) return;
  if (anchor.target !== "" || anchor.origin !== location.origin || anchor.hash !== "") return;
  const to = parse_path(anchor.pathname);
  if (to.name === "not_found") return;
  event.preventDefault();
  navigate(to);
}

/** Follows the address bar, and turns clicks on plain inner links into page changes without a load. */
export function start_routes(): void {
  route.value = parse_path(location.pathname);
  window.addEventListener("popstate", () => {
    route.value = parse_path(location.pathname);
  });
  document.addEventListener("click", follow_link);
}
