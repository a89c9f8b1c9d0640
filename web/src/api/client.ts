// Requests to the server as the member who is logged in.
import { ask, type Method } from "./http";
import { with_token } from "./tokens";

export function ask_as_member<T>(method: Method, path: string, body?: unknown): Promise<T> {
  return with_token((token) => ask<T>(method, path, body, token));
}
