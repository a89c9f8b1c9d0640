// The pages' addresses: a very small router on the history API.
import { signal } from "@preact/signals";

export type Route =
  | { name: "landing" }
  | { name: "sign_up" }
  | { name: "log_in" }
  | { name: "match" }
  | { name: "rooms" }
  | { name: "room"; room: string }
  | { name: "me" }
  | { name: "not_found" };

export function parse_path(path: string): Route {
  const parts = path.split("/").filter((part) => part !== "");
  const [first, second] = parts;
  if (parts.length > 2) return { name: "not_found" };
  if (first === "rooms" && second !== undefined) return { name: "room", room: decodeURIComponent(second) };
  if (second !== undefined) return { name: "not_found" };
  switch (first) {
    case undefined:
      return { name: "landing" };
    case "sign-up":
      return { name: "sign_up" };
    case "log-in":
      return { name: "log_in" };
    case "match":
      return { name: "match" };
    case "rooms":
      return { name: "rooms" };
    case "me":
      return { name: "me" };
    default:
      return { name: "not_found" };
  }
}

export function path_of(route: Route): string {
  switch (route.name) {
    case "landing":
    case "not_found":
      return "/";
    case "sign_up":
      return "/sign-up";
    case "log_in":
      return "/log-in";
    case "match":
      return "/match";
    case "rooms":
      return "/rooms";
    case "room":
      return `/rooms/${encodeURIComponent(route.room)}`;
    case "me":
      return "/me";
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
