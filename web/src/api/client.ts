// Requests to the server as the member who is logged in.
import { ask_with } from "./http";
import type { Ask } from "./paths";
import { with_token } from "./tokens";

export const ask_as_member: Ask = (method, path, ...what) =>
  with_token((token) => ask_with(token)(method, path, ...what));
