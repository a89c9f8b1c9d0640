// Never run, for the check of types: requests that must not compile. One that does is an unused `@ts-expect-error`.
import type { Ask } from "./paths";

export const only_what_the_server_knows = (ask: Ask) => [
  ask("GET", "/rooms/{room}", { path: { room: "r" } }),
  // @ts-expect-error: there is no such path
  ask("GET", "/nothing"),
  // @ts-expect-error: the path does not know this method
  ask("DELETE", "/client-settings"),
  // @ts-expect-error: the path has a name in it
  ask("GET", "/rooms/{room}"),
  // @ts-expect-error: a field is missing
  ask("POST", "/auth/sessions", { body: { login: "june" } }),
  // @ts-expect-error: a field is of another type
  ask("POST", "/auth/sessions", { body: { login: "june", password: 7 } }),
  // @ts-expect-error: there is nothing like it in the query
  ask("GET", "/rooms", { query: { colour: "red" } }),
  // @ts-expect-error: there is nothing like it in the answer
  ask("GET", "/client-settings").then((settings) => settings.colour),
];
