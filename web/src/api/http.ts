// One plain HTTP request to /api/v1, without a token.
import { Problem, problem_of, UNREACHABLE } from "./problem";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const BASE = "/api/v1";
const LIMIT_MS = 15_000;

export async function ask<T>(method: Method, path: string, body?: unknown, token?: string): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token !== undefined) headers["Authorization"] = `Bearer ${token}`;
  const init: RequestInit = { method, headers, signal: AbortSignal.timeout(LIMIT_MS) };
  if (body !== undefined) init.body = JSON.stringify(body);

  let answer: Response;
  try {
    answer = await fetch(BASE + path, init);
  } catch {
    throw new Problem(UNREACHABLE, 0);
  }
  if (!answer.ok) throw await problem_of(answer);
  if (answer.status === 204) return undefined as T;
  try {
    return (await answer.json()) as T;
  } catch {
    throw new Problem(UNREACHABLE, 0);
  }
}
