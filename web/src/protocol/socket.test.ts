// Tests of the connection against a played server.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fake_server } from "./fake_server";
import type { Push } from "./frames";
import { type ConnectionState, create_connection, reconnect_pause_ms, type TokenAnswer } from "./socket";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const flush = () => vi.advanceTimersByTimeAsync(0);

function set_up() {
  const server = fake_server();
  const states: ConnectionState[] = [];
  const pushes: Push[] = [];
  const world = { since: null as number | null, online: true, random: 0.5 };
  const token = vi.fn(async (which: "at_hand" | "new"): Promise<TokenAnswer> => {
    return { outcome: "token", token: which, expires_in_ms: 600_000 };
  });
  const connection = create_connection({
    url: "ws://test/ws",
    open: server.open,
    token,
    since: () => world.since,
    random: () => world.random,
    now: Date.now,
    online: () => world.online,
    on_state: (state) => states.push(state),
    on_ready: () => {},
    on_push: (push) => pushes.push(push),
  });
  const state = () => states.at(-1)?.name;
  async function start_ready() {
    connection.start();
    await flush();
    server.newest().ready();
    await flush();
  }
  return { server, states, pushes, world, token, connection, state, start_ready };
}

describe("the connection", () => {
  it("says hello with the token in a frame, never in the address", async () => {
    const { server, connection } = set_up();

    connection.start();
    await flush();
    server.newest().accept();

    expect(server.newest().url).toBe("ws://test/ws");
    expect(server.newest().subprotocol).toBe("randchat.v1");
    expect(server.newest().sent[0]).toMatchObject({ t: "hello", d: { token: "at_hand" } });
    expect(server.newest().sent[0]?.d).not.toHaveProperty("resume");
  });

  it("resumes from the greatest place it has", async () => {
    const { server, world, start_ready } = set_up();
    await start_ready();
    world.since = 42;

    server.newest().drop(1006);
    await vi.advanceTimersByTimeAsync(500);
    server.newest().accept();

    expect(server.sockets).toHaveLength(2);
    expect(server.newest().last("hello")?.d).toMatchObject({ resume: { since: 42 } });
  });

  it("comes back with full jitter up to twenty seconds", () => {
    expect(reconnect_pause_ms(0, 1)).toBe(500);
    expect(reconnect_pause_ms(3, 1)).toBe(4_000);
    expect(reconnect_pause_ms(40, 1)).toBe(20_000);
    expect(reconnect_pause_ms(40, 0)).toBe(0);
  });

  it("waits longer each time while connections do not last", async () => {
    const { server, states, start_ready } = set_up();
    await start_ready();
    const pauses: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      server.newest().drop(4401);
      const pausing = states.at(-1);
      if (pausing?.name === "pausing") pauses.push(pausing.until_ms - Date.now());
      await vi.advanceTimersByTimeAsync(5_000);
      server.newest().ready();
    }

    expect(pauses).toEqual([250, 500, 1_000, 2_000]);
  });

  it("answers ping with the place it has", async () => {
    const { server, world, start_ready } = set_up();
    await start_ready();
    world.since = 7;

    server.newest().say("ping", {});

    expect(server.newest().last("pong")?.d).toEqual({ since: 7 });
  });

  it("answers ping with 0 while it has nothing", async () => {
    const { server, start_ready } = set_up();
    await start_ready();

    server.newest().say("ping", {});

    expect(server.newest().last("pong")?.d).toEqual({ since: 0 });
  });

  it("stops when its member is suspended, whoever says so", async () => {
    for (const how of ["socket", "token"] as const) {
      const { server, states, token, start_ready } = set_up();
      await start_ready();
      if (how === "token") token.mockResolvedValue({ outcome: "suspended" });

      server.newest().drop(how === "socket" ? 4503 : 1006);
      await vi.advanceTimersByTimeAsync(60_000);

      expect(states.at(-1)).toEqual({ name: "stopped", reason: "suspended" });
      expect(server.sockets).toHaveLength(1);
    }
  });

  it("reconnects when it hears nothing for a heartbeat and ten seconds", async () => {
    const { server, start_ready } = set_up();
    await start_ready();

    await vi.advanceTimersByTimeAsync(34_000);
    expect(server.sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_000);

    expect(server.sockets).toHaveLength(2);
  });

  it("stays while it is spoken to", async () => {
    const { server, start_ready } = set_up();
    await start_ready();

    for (let beat = 0; beat < 4; beat += 1) {
      await vi.advanceTimersByTimeAsync(25_000);
      server.newest().say("ping", {});
    }

    expect(server.sockets).toHaveLength(1);
  });

  it("gives up a socket that opens but never becomes ready", async () => {
    const { server, connection } = set_up();
    connection.start();
    await flush();
    server.newest().accept();

    await vi.advanceTimersByTimeAsync(10_500);

    expect(server.sockets).toHaveLength(2);
  });

  it("renews the token a minute before its end", async () => {
    const { server, token, start_ready } = set_up();
    await start_ready();
    for (let beat = 0; beat < 27; beat += 1) {
      await vi.advanceTimersByTimeAsync(20_000);
      server.newest().say("ping", {});
    }

    expect(token).toHaveBeenLastCalledWith("new");
    expect(server.newest().last("auth")?.d).toEqual({ token: "new" });
    expect(server.sockets).toHaveLength(1);
  });

  it("refreshes first after an expired token", async () => {
    const { server, token, start_ready } = set_up();
    await start_ready();

    server.newest().drop(4403);
    await vi.advanceTimersByTimeAsync(500);

    expect(token).toHaveBeenLastCalledWith("new");
    server.newest().ready();
    await flush();
    server.newest().drop(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(token).toHaveBeenLastCalledWith("at_hand");
  });

  it.each([
    [4503, "suspended"],
    [4505, "outdated"],
    [4509, "too_many_pages"],
    [4500, "not_understood"],
    [1002, "not_understood"],
    [1009, "not_understood"],
  ])("does not come back by itself after %i", async (code, reason) => {
    const { server, states, start_ready } = set_up();
    await start_ready();

    server.newest().drop(code);
    await vi.advanceTimersByTimeAsync(60_000);

    expect(server.sockets).toHaveLength(1);
    expect(states.at(-1)).toEqual({ name: "stopped", reason });
  });

  it("comes back with a new token when the session ended and this browser has another", async () => {
    const { server, token, states, state, start_ready } = set_up();
    await start_ready();

    server.newest().drop(4501);
    await vi.advanceTimersByTimeAsync(500);
    expect(token).toHaveBeenLastCalledWith("new");
    server.newest().ready();
    await flush();

    expect(server.newest().last("hello")?.d).toEqual({ token: "new" });
    expect(state()).toBe("ready");
    expect(states.map((one) => one.name)).not.toContain("stopped");
  });

  it("is over when the session ended and the refresh has none either", async () => {
    const { server, token, states, start_ready } = set_up();
    await start_ready();
    token.mockResolvedValue({ outcome: "ended" });

    server.newest().drop(4501);
    await vi.advanceTimersByTimeAsync(60_000);

    expect(server.sockets).toHaveLength(1);
    expect(states.at(-1)).toEqual({ name: "stopped", reason: "session_ended" });
  });

  it("is over when a new token is refused as well", async () => {
    const { server, states, start_ready } = set_up();
    await start_ready();

    server.newest().drop(4501);
    await vi.advanceTimersByTimeAsync(500);
    server.newest().accept();
    server.newest().drop(4501);
    await vi.advanceTimersByTimeAsync(60_000);

    expect(server.sockets).toHaveLength(2);
    expect(states.at(-1)).toEqual({ name: "stopped", reason: "session_ended" });
  });

  it("doubts the session anew after it was ready in between", async () => {
    const { server, state, start_ready } = set_up();
    await start_ready();

    for (let round = 0; round < 2; round += 1) {
      server.newest().drop(4501);
      await vi.advanceTimersByTimeAsync(1_000);
      server.newest().ready();
      await flush();
    }

    expect(state()).toBe("ready");
  });

  it("comes back after a stop when the member asks for it", async () => {
    const { server, connection, state, start_ready } = set_up();
    await start_ready();
    server.newest().drop(4509);

    connection.start();
    await flush();
    server.newest().ready();
    await flush();

    expect(state()).toBe("ready");
  });

  it("waits at least ten seconds after too many frames", async () => {
    const { server, start_ready } = set_up();
    await start_ready();

    server.newest().drop(4429);
    await vi.advanceTimersByTimeAsync(9_900);
    expect(server.sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);

    expect(server.sockets).toHaveLength(2);
  });

  it("leaves a node that goes away after the pause it was given", async () => {
    const { server, start_ready } = set_up();
    await start_ready();

    server.newest().say("goaway", { reconnect_in_ms: 3_000 });
    server.newest().drop(4400);
    await vi.advanceTimersByTimeAsync(2_900);
    expect(server.sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);

    expect(server.sockets).toHaveLength(2);
  });

  it("says offline at once and connects at once when the network is back", async () => {
    const { server, world, connection, state, start_ready } = set_up();
    await start_ready();
    world.online = false;
    world.random = 1;

    connection.network_went();
    expect(state()).toBe("offline");
    world.online = true;
    connection.network_came();
    await flush();

    expect(state()).toBe("connecting");
    expect(server.sockets).toHaveLength(2);
  });

  it("fails what was asked when the connection is lost, so that it can be asked again", async () => {
    const { server, connection, start_ready } = set_up();
    await start_ready();

    const asked = connection.request("sync", { room: "r", after: 0 }).catch((error) => error);
    server.newest().drop(1006);

    expect(await asked).toMatchObject({ code: "connection_lost", retryable: true });
  });

  it("hands on an error with its pause", async () => {
    const { server, connection, start_ready } = set_up();
    await start_ready();

    const asked = connection.request("send", { room: "r", cid: "c", text: "hi" }).catch((error) => error);
    const d = { code: "too_many_requests", retryable: true, retry_after_ms: 1_200 };
    server.newest().say("err", d, server.newest().last("send")?.id);

    expect(await asked).toMatchObject({ code: "too_many_requests", retry_after_ms: 1_200 });
  });

  it("ignores what it does not know and what is no frame", async () => {
    const { server, pushes, start_ready } = set_up();
    await start_ready();

    server.newest().say_text('{"t":"something.new","d":{}}');
    server.newest().say_text("not json");
    server.newest().say("stored", { room: "r", ids: ["a"] });

    expect(pushes).toEqual([{ t: "stored", d: { room: "r", ids: ["a"] } }]);
  });

  it("logs out when the refresh says that the session is over", async () => {
    const { connection, states, token } = set_up();
    token.mockResolvedValue({ outcome: "ended" });

    connection.start();
    await flush();

    expect(states.at(-1)).toEqual({ name: "stopped", reason: "session_ended" });
  });
});
