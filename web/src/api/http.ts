// One plain HTTP request to /api/v1, without knowing whose token it carries.
import { Problem, problem_of, UNREACHABLE } from "./problem";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const BASE = "/api/v1";
const LIMIT_MS = 15_000;
/** A picture on a slow network, and all messages of many years. */
const UPLOAD_LIMIT_MS = 120_000;
const DOWNLOAD_LIMIT_MS = 600_000;

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

/** Gets a file; one that breaks off in the middle is none. */
export async function get_file(path: string, token: string): Promise<Blob> {
  const headers = { Authorization: `Bearer ${token}` };
  try {
    const answer = await fetch(BASE + path, { headers, signal: AbortSignal.timeout(DOWNLOAD_LIMIT_MS) });
    if (!answer.ok) throw await problem_of(answer);
    return await answer.blob();
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(UNREACHABLE, 0);
  }
}

/** A file on its way; how much of it, from 0 to 1, has left, and whether it is still wanted. */
export interface Sending {
  file: Blob;
  on_part: (part: number) => void;
  signal?: AbortSignal;
}

/** Sends a file and says how much of it has left; only XMLHttpRequest can tell. */
export function send_file<T>(
  method: "PUT" | "POST",
  path: string,
  { file, on_part, signal }: Sending,
  token: string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, BASE + path);
    request.timeout = UPLOAD_LIMIT_MS;
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", file.type);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) on_part(event.loaded / event.total);
    };
    const unreachable = () => reject(new Problem(UNREACHABLE, 0));
    request.onerror = unreachable;
    request.ontimeout = unreachable;
    request.onabort = unreachable;
    request.onload = () => {
      const answer = new Response(request.responseText, { status: request.status });
      if (answer.ok) answer.json().then(resolve, unreachable);
      else problem_of(answer).then(reject, unreachable);
    };
    if (signal?.aborted) return unreachable();
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
