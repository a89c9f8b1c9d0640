// One plain HTTP request to /api/v1, without knowing whose token it carries.
import { type Answer, type Ask, address_of, type Method, type Path, type What, type With } from "./paths";
import { Problem, problem_of, UNREACHABLE } from "./problem";

const LIMIT_MS = 15_000;
/** A picture on a slow network, and all messages of many years. */
const UPLOAD_LIMIT_MS = 120_000;
const DOWNLOAD_LIMIT_MS = 600_000;

/** A request that carries a token. */
export function ask_with(token: string): Ask {
  return (method, path, what?: What) => request(method, path, what, token) as never;
}

/** A request that carries none. */
export const ask: Ask = (method, path, what?: What) => request(method, path, what, null) as never;

async function request(
  method: Method,
  path: string,
  what: What | undefined,
  token: string | null,
): Promise<unknown> {
  const body = what?.body;
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token !== null) headers["Authorization"] = `Bearer ${token}`;
  const init: RequestInit = { method, headers, signal: AbortSignal.timeout(LIMIT_MS) };
  if (body !== undefined) init.body = JSON.stringify(body);

  let answer: Response;
  try {
    answer = await fetch(address_of(path, what), init);
  } catch {
    throw new Problem(UNREACHABLE, 0);
  }
  if (!answer.ok) throw await problem_of(answer);
  if (answer.status === 204) return undefined;
  try {
    return await answer.json();
  } catch {
    throw new Problem(UNREACHABLE, 0);
  }
}

/** Gets a file; one that breaks off in the middle is none. */
export async function get_file(path: Path<"GET">, token: string): Promise<Blob> {
  const headers = { Authorization: `Bearer ${token}` };
  try {
    const answer = await fetch(address_of(path), { headers, signal: AbortSignal.timeout(DOWNLOAD_LIMIT_MS) });
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
export function send_file<M extends "PUT" | "POST", P extends Path<M>>(
  method: M,
  path: P,
  { file, on_part, signal }: Sending,
  token: string,
  ...[what]: With<M, P>
): Promise<Answer<M, P>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address_of(path, what));
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
