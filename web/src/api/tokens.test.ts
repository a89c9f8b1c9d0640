// Tests of the one refresh that everything shares.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ask_as_member } from "./client";
import { change_session, forget_token, hold_session, listen_to_session, refresh } from "./tokens";

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

  it("are refreshed, once, also where a browser forbids locks", async () => {
    const request = () => Promise.reject(new DOMException("forbidden", "SecurityError"));
    vi.stubGlobal("navigator", { locks: { request } });
    serve(() => json(session("fresh")));

    await expect(refresh()).resolves.toMatchObject({ outcome: "renewed" });
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
    listen_to_session({ ended, renewed: () => {} });
    serve(() => json({ code: "temporarily_unavailable" }, 503));
    await expect(ask_as_member("GET", "/rooms")).rejects.toMatchObject({ code: "unreachable" });
    expect(ended).not.toHaveBeenCalled();

    serve(() => json({ code: "session_ended" }, 401));
    await expect(ask_as_member("GET", "/rooms")).rejects.toMatchObject({ code: "session_ended" });
    expect(ended).toHaveBeenCalledOnce();
  });

  it("end the session of who is suspended, and say why and until when", async () => {
    hold_session(session("old") as never);
    const ended = vi.fn();
    listen_to_session({ ended, renewed: () => {} });
    const suspension = { reason: "advertising", until: "2026-12-01T00:00:00Z" };
    serve((path) =>
      path.endsWith("/auth/refresh")
        ? json({ code: "suspended", ...suspension }, 403)
        : json({ code: "session_ended" }, 401),
    );

    await expect(ask_as_member("GET", "/rooms")).rejects.toMatchObject({ code: "session_ended" });

    expect(ended).toHaveBeenCalledExactlyOnceWith(suspension);
    expect(await refresh()).toEqual({ outcome: "suspended", suspension });
  });

  it("are not refreshed while the session is being changed, and are then those of the change", async () => {
    hold_session(session("old") as never);
    serve(() => json({ code: "session_ended" }, 401));
    let give: (given: unknown) => void = () => {};
    const changing = change_session(
      () =>
        new Promise((resolve) => {
          give = resolve as never;
        }),
    );
    await Promise.resolve();

    const refreshed = refresh();
    await new Promise((resolve) => setTimeout(resolve));
    give(session("changed"));
    await changing;

    expect(await refreshed).toMatchObject({ outcome: "renewed", session: { access_token: "changed" } });
    expect(fetched).toEqual([]);
  });

  it("are refreshed after all when the change was refused", async () => {
    hold_session(session("old") as never);
    serve(() => json(session("fresh")));
    const changing = change_session(async () => {
      throw new Error("refused");
    });

    const refreshed = refresh();

    await expect(changing).rejects.toThrow("refused");
    expect(await refreshed).toMatchObject({ outcome: "renewed", session: { access_token: "fresh" } });
  });

  it("of another member never do what the first one asked for", async () => {
    hold_session(session("old") as never);
    const renewed = vi.fn();
    listen_to_session({ ended: () => {}, renewed });
    serve((path, token) => {
      if (path.endsWith("/auth/refresh")) return json({ ...session("hers"), member: { id: "june" } });
      return token === "Bearer hers" ? json({}) : json({ code: "unauthenticated" }, 401);
    });

    await expect(ask_as_member("PATCH", "/members/me", { body: {} })).rejects.toMatchObject({
      code: "session_ended",
    });

    expect(fetched).toEqual(["/api/v1/members/me", "/api/v1/auth/refresh"]);
    expect(renewed).toHaveBeenCalledWith(expect.objectContaining({ access_token: "hers" }));
  });
});
