// Tests of what changes the session of this very page, and of its other pages, against a played server.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Member } from "../api/session";
import { fake_server } from "../protocol/fake_server";
import { navigate, route } from "../routes";
import { language } from "../texts/language";
import { agree, change_language, change_password, share, withdraw } from "./account";
import { connection } from "./connection";
import { draft_of, write_draft } from "./drafts";
import { enter, log_out, session, start_session } from "./session";

const member = (over: Partial<Member> = {}): Member => ({
  id: "me",
  username: "hana_01",
  nickname: "hana",
  email: "hana@example.com",
  birth_date: "1996-05-17",
  sex: "female",
  introduction: "",
  interests: [],
  languages: ["ko"],
  language: "ko",
  share_read: true,
  share_typing: true,
  image: null,
  consents_due: [],
  created_at: "2026-11-24T12:00:00Z",
  ...over,
});
const fresh = (token: string, over: Partial<Member> = {}) => ({
  access_token: token,
  expires_in_s: 600,
  member: member(over),
});

type Answer = () => Response | Promise<Response>;
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const nothing = () => new Response(null, { status: 204 });
const flush = () => vi.advanceTimersByTimeAsync(0);

let server: ReturnType<typeof fake_server>;
let asked: string[];
let answers: Record<string, Answer>;

beforeEach(() => {
  vi.useFakeTimers();
  server = fake_server();
  asked = [];
  answers = {
    "GET /rooms": () => json({ rooms: [], next: null }),
    "POST /auth/refresh": () => json({ code: "session_ended" }, 401),
  };
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const what = `${init.method} ${path.replace("/api/v1", "").replace(/\?.*/, "")}`;
    asked.push(what);
    const answer = answers[what];
    if (!answer) throw new Error(`not played: ${what}`);
    return answer();
  });
  vi.stubGlobal("WebSocket", function played(url: string, subprotocol: string) {
    return server.open(url, subprotocol);
  });
});

afterEach(async () => {
  answers["DELETE /auth/sessions/current"] = nothing;
  await log_out();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** As after a log-in, with the connection ready. */
async function go_in(over: Partial<Member> = {}) {
  void start_session();
  await flush();
  enter(fresh("first", over));
  await flush();
  server.newest().ready();
  await flush();
}

/** An answer that waits until the test gives it. */
function held_answer(): { answer: Answer; give: (response: Response) => void } {
  let give: (response: Response) => void = () => {};
  const given = new Promise<Response>((resolve) => {
    give = resolve;
  });
  return { answer: () => given, give: (response) => give(response) };
}

describe("a new password", () => {
  it("leaves this page logged in, although its socket is closed before the answer is here", async () => {
    await go_in();
    const held = held_answer();
    answers["PUT /members/me/password"] = held.answer;

    const changing = change_password("old", "new");
    await flush();
    server.newest().drop(4501);
    await vi.advanceTimersByTimeAsync(1_000);
    held.give(json(fresh("second")));
    await changing;
    await flush();
    server.newest().ready();
    await flush();

    expect(server.newest().last("hello")?.d).toMatchObject({ token: "second" });
    expect(connection.value.name).toBe("ready");
    expect(session.value.name).toBe("in");
    expect(asked.filter((one) => one === "POST /auth/refresh")).toHaveLength(1);
  });

  it("leaves this page logged in when its socket is closed after the answer", async () => {
    await go_in();
    answers["PUT /members/me/password"] = () => json(fresh("second"));
    await change_password("old", "new");
    answers["POST /auth/refresh"] = () => json(fresh("third"));

    server.newest().drop(4501);
    await vi.advanceTimersByTimeAsync(1_000);
    server.newest().ready();
    await flush();

    expect(server.newest().last("hello")?.d).toMatchObject({ token: "third" });
    expect(session.value.name).toBe("in");
  });

  it("that is refused changes nothing", async () => {
    await go_in();
    answers["PUT /members/me/password"] = () => json({ code: "password_wrong" }, 422);

    await expect(change_password("guess", "new")).rejects.toMatchObject({ code: "password_wrong" });

    expect(session.value.name).toBe("in");
    expect(server.sockets).toHaveLength(1);
  });
});

describe("an ended session", () => {
  it("leads to the log-in page when this browser has no other", async () => {
    await go_in();

    server.newest().drop(4501);
    await vi.advanceTimersByTimeAsync(1_000);

    expect(session.value).toEqual({ name: "out", because: "session_ended" });
  });

  it("goes on as whoever logged in on another tab meanwhile", async () => {
    await go_in();
    answers["POST /auth/refresh"] = () => json(fresh("hers", { id: "june" }));

    server.newest().drop(4501);
    await vi.advanceTimersByTimeAsync(1_000);

    expect(session.value).toMatchObject({ name: "in", member: { id: "june" } });
    expect(server.newest().url).toContain("/ws");
  });
});

describe("a suspended member", () => {
  const suspended = (until: string | null) => () =>
    json({ code: "suspended", reason: "advertising", until }, 403);

  it("is out at once, and learns why and until when", async () => {
    await go_in();
    answers["POST /auth/refresh"] = suspended("2026-12-01T00:00:00Z");

    server.newest().drop(4503);
    expect(session.value).toEqual({ name: "out", because: "suspended", suspension: null });
    await vi.advanceTimersByTimeAsync(60_000);

    const suspension = { reason: "advertising", until: "2026-12-01T00:00:00Z" };
    expect(session.value).toEqual({ name: "out", because: "suspended", suspension });
    expect(server.sockets).toHaveLength(1);
  });

  it("is told so when coming back later, on the page for logging in", async () => {
    answers["POST /auth/refresh"] = suspended(null);
    navigate({ name: "landing" });

    await start_session();

    const suspension = { reason: "advertising", until: null };
    expect(session.value).toEqual({ name: "out", because: "suspended", suspension });
    expect(route.value.name).toBe("log_in");
  });

  it("goes on when released before the page asked why", async () => {
    await go_in();
    answers["POST /auth/refresh"] = () => json(fresh("second"));

    server.newest().drop(4503);
    await flush();

    expect(session.value.name).toBe("in");
  });
});

describe("withdrawing", () => {
  it("ends on the landing page, also when the socket is closed before the answer is here", async () => {
    await go_in();
    const held = held_answer();
    answers["POST /members/me/withdrawal"] = held.answer;
    const seen: string[] = [];
    const stop = session.subscribe((state) => void seen.push(state.name));

    const leaving = withdraw("password");
    await flush();
    server.newest().drop(4501);
    await vi.advanceTimersByTimeAsync(1_000);
    held.give(nothing());
    await leaving;
    await flush();
    stop();

    expect(session.value).toEqual({ name: "out", because: "withdrawn" });
    expect(seen).toEqual(["in", "out"]);
    expect(route.value.name).toBe("landing");
  });

  it("with a wrong password leaves everything as it was", async () => {
    await go_in();
    answers["POST /members/me/withdrawal"] = () => json({ code: "password_wrong" }, 422);

    await expect(withdraw("guess")).rejects.toMatchObject({ code: "password_wrong" });

    expect(session.value.name).toBe("in");
  });
});

describe("what must be agreed to", () => {
  it("comes before everything else, and the chat begins after it", async () => {
    void start_session();
    await flush();
    enter(fresh("first", { consents_due: ["terms"] }));
    await flush();
    expect(session.value.name).toBe("agreeing");
    expect(server.sockets).toHaveLength(0);
    answers["GET /client-settings"] = () => json({ terms_version: "2027-01", privacy_version: "2026-11" });
    answers["PUT /members/me/consents"] = () => json(member());

    await agree();
    await flush();

    expect(session.value.name).toBe("in");
    expect(server.sockets).toHaveLength(1);
  });
});

describe("what a member shares", () => {
  it("is shown at once, and as it was when the server refuses", async () => {
    await go_in();
    const held = held_answer();
    answers["PATCH /members/me"] = held.answer;

    const sharing = share("share_read", false).catch((error) => error);
    expect(session.value).toMatchObject({ member: { share_read: false } });
    await flush();
    held.give(json({ code: "temporarily_unavailable" }, 503));

    expect(await sharing).toMatchObject({ code: "temporarily_unavailable" });
    expect(session.value).toMatchObject({ member: { share_read: true } });
  });
});

describe("the language", () => {
  it("of mails follows that of the page, and the page does not wait for it", async () => {
    await go_in();
    answers["PATCH /members/me"] = () => json({ code: "temporarily_unavailable" }, 503);

    change_language("en");

    expect(language.value).toBe("en");
    expect(asked).toContain("PATCH /members/me");
    await flush();
    expect(language.value).toBe("en");
  });
});

describe("another page of this browser", () => {
  let other: BroadcastChannel;
  let heard: unknown[];

  beforeEach(() => {
    heard = [];
    other = new BroadcastChannel("rand-chat.tabs");
    other.onmessage = (event) => heard.push((event as MessageEvent).data);
  });

  afterEach(() => other.close());

  it("hears who logs in and out and what became of the profile, and never a token", async () => {
    await go_in();
    answers["PATCH /members/me"] = () => json(member({ share_read: false }));
    answers["DELETE /auth/sessions/current"] = nothing;
    await share("share_read", false);
    await log_out();

    await vi.waitFor(() =>
      expect(heard).toEqual([
        { type: "entered", member: "me" },
        { type: "member", member: member({ share_read: false }) },
        { type: "left", member: "me", because: null },
      ]),
    );
    expect(JSON.stringify(heard)).not.toContain("first");
  });

  it("that logs out takes this one along, with what was begun here", async () => {
    await go_in();
    write_draft("r", "안녕");
    other.postMessage({ type: "left", member: "somebody", because: null });
    other.postMessage({ type: "left", member: "me", because: null });

    await vi.waitFor(() => expect(session.value).toEqual({ name: "out", because: null }));
    expect(route.value.name).toBe("landing");
    expect(draft_of("r")).toBe("");
    expect(asked).not.toContain("DELETE /auth/sessions/current");
  });

  it("of somebody who has left leaves this one alone", async () => {
    await go_in();
    other.postMessage({ type: "left", member: "somebody", because: null });
    other.postMessage({ type: "member", member: member({ nickname: "told after it" }) });

    await vi.waitFor(() => expect(session.value).toMatchObject({ member: { nickname: "told after it" } }));
    expect(session.value.name).toBe("in");
  });

  it("that logs in brings this one in, by a token of its own", async () => {
    void start_session();
    await flush();
    expect(session.value.name).toBe("out");
    answers["POST /auth/refresh"] = () => json(fresh("second"));
    other.postMessage({ type: "entered", member: "me" });

    await vi.waitFor(() => expect(session.value).toMatchObject({ name: "in", member: { id: "me" } }));
  });

  it("that somebody else logs in on makes this one theirs", async () => {
    await go_in();
    answers["POST /auth/refresh"] = () => json(fresh("second", { id: "other" }));
    other.postMessage({ type: "entered", member: "other" });

    await vi.waitFor(() => expect(session.value).toMatchObject({ name: "in", member: { id: "other" } }));
  });

  it("that agrees to what is new lets this one in too", async () => {
    void start_session();
    await flush();
    enter(fresh("first", { consents_due: ["terms"] }));
    other.postMessage({ type: "member", member: member() });

    await vi.waitFor(() => expect(session.value.name).toBe("in"));
  });
});
