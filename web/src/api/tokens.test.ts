// Tests of the one refresh that everything shares.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ask_as_member } from "./client";
import { forget_token, hold_session, refresh, when_session_ends } from "./tokens";

const member = { id: "me" };
const session = (token: string) => ({ access_token: token, expires_in_s: 600, member });
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

let fetched: string[] = [];

function serve(answer: (path: string, token: string | null) => Response): void {
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const token = (init.headers as Record<string, string>)["Authorization"] ?? null;
    fetched.push(path);
    return answer(path, token);
  });
}

beforeEach(() => {
  fetched = [];
  forget_token();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the tokens", () => {
  it("are refreshed once for everybody who asks meanwhile", async () => {
    serve(() => json(session("fresh")));

    await Promise.all([refresh(), refresh(), refresh()]);

    expect(fetched).toEqual(["/api/v1/auth/refresh"]);
  });

  it("are refreshed when the server no longer takes the one at hand, and the request is repeated", async () => {
    hold_session(session("old") as never);
    serve((path, token) => {
      if (path.endsWith("/auth/refresh")) return json(session("fresh"));
      return token === "Bearer fresh" ? json({ rooms: [] }) : json({ code: "unauthenticated" }, 401);
    });

    await expect(ask_as_member("GET", "/rooms")).resolves.toEqual({ rooms: [] });
    expect(fetched).toHaveLength(3);
  });

  it("end the session only when the server says so", async () => {
    const ended = vi.fn();
    when_session_ends(ended);
    serve(() => json({ code: "temporarily_unavailable" }, 503));
    await expect(ask_as_member("GET", "/rooms")).rejects.toMatchObject({ code: "unreachable" });
    expect(ended).not.toHaveBeenCalled();

    serve(() => json({ code: "session_ended" }, 401));
    await expect(ask_as_member("GET", "/rooms")).rejects.toMatchObject({ code: "session_ended" });
    expect(ended).toHaveBeenCalledOnce();
  });
});
