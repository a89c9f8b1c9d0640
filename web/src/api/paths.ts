// The HTTP API as types, from its description: which requests there are, what they need, what they are answered with.
import type { paths } from "./generated";

export const BASE = "/api/v1";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

type Paths = { [P in keyof paths as P extends `${typeof BASE}${infer Below}` ? Below : never]: paths[P] };
type Operation<M extends Method, P extends keyof Paths> = NonNullable<Paths[P][Lowercase<M>]>;

/** The paths that know a method. */
export type Path<M extends Method> = {
  [P in keyof Paths]: [Operation<M, P>] extends [never] ? never : P;
}[keyof Paths];

/** What a request needs besides its path. */
type Needs<O> = (O extends { parameters: { path: infer Names } } ? { path: Names } : unknown) &
  (O extends { parameters: { query?: infer Query } } ? { query?: Query } : unknown) &
  (O extends { requestBody: { content: { "application/json": infer Body } } } ? { body: Body } : unknown);

/** Left out when nothing is needed. */
export type With<M extends Method, P extends Path<M>> =
  Record<never, never> extends Needs<Operation<M, P>>
    ? [what?: Needs<Operation<M, P>>]
    : [what: Needs<Operation<M, P>>];

export type Answer<M extends Method, P extends Path<M>> =
  Operation<M, P> extends { responses: infer Answers }
    ? {
        [Status in keyof Answers]: Answers[Status] extends { content: { "application/json": infer Body } }
          ? Body
          : undefined;
      }[keyof Answers]
    : never;

/** One request with its answer. */
export type Ask = <M extends Method, P extends Path<M>>(
  method: M,
  path: P,
  ...what: With<M, P>
) => Promise<Answer<M, P>>;

/** What of a request is not its method and path, whichever it is. */
export interface What {
  path?: Record<string, string>;
  query?: Record<string, string | number | null>;
  body?: unknown;
}

/** The path with its names filled in, and with what of the query is not null. */
export function address_of(path: string, { path: names = {}, query = {} }: What = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ""));
  const asked = Object.entries(query).filter(([, value]) => value !== null);
  if (asked.length === 0) return BASE + filled;
  return `${BASE}${filled}?${new URLSearchParams(asked.map(([name, value]) => [name, String(value)]))}`;
}
