// What the server answers when it cannot do what was asked (application/problem+json).
import type { FieldProblem } from "./generated";

export type { FieldProblem } from "./generated";

/** Why an account cannot be used, and until when: null for good. */
export interface Suspension {
  reason: string;
  until: string | null;
}

export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly retry_after_ms: number | null = null,
    readonly fields: readonly FieldProblem[] = [],
    readonly suspension: Suspension | null = null,
  ) {
    super(code);
  }
}

/** Whatever was thrown, as something that can be said. */
export function problem_from(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem("internal", 0);
}

/** The server could not be reached at all. */
export const UNREACHABLE = "unreachable";

export async function problem_of(answer: Response): Promise<Problem> {
  const fallback = code_of(answer.status);
  try {
    const body = (await answer.json()) as Record<string, unknown>;
    const code = typeof body["code"] === "string" ? body["code"] : fallback;
    const retry_after_ms = typeof body["retry_after_ms"] === "number" ? body["retry_after_ms"] : null;
    const fields = Array.isArray(body["fields"]) ? (body["fields"] as FieldProblem[]) : [];
    return new Problem(code, answer.status, retry_after_ms, fields, suspension_in(code, body));
  } catch {
    return new Problem(fallback, answer.status);
  }
}

/** For an answer that is not the server's own: a proxy before it has limits, too. */
function code_of(status: number): string {
  if (status === 413) return "payload_too_large";
  return status >= 500 ? "temporarily_unavailable" : "internal";
}

function suspension_in(code: string, body: Record<string, unknown>): Suspension | null {
  if (code !== "suspended") return null;
  const { reason, until } = body;
  return {
    reason: typeof reason === "string" ? reason : "",
    until: typeof until === "string" ? until : null,
  };
}
