// Tests of a picture's way into a room: shown, uploaded, sent; and what becomes of it when something goes wrong.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fake_uploads } from "../api/fake_uploads";
import { hold_session } from "../api/tokens";
import { example_room } from "../protocol/examples";
import { fake_server } from "../protocol/fake_server";
import type { Sent } from "../protocol/frames";
import {
  discard_message,
  last_incoming,
  leave_room,
  start_chat,
  stop_chat,
  try_image_again,
  write_image,
  write_message,
} from "./chat";
import { image_can_be_given_up, local_image, uploaded_part } from "./image_sending";
import { known_rooms, load_newest, log_of } from "./messages";
import { rooms } from "./rooms";

const room = example_room({
  partner: { id: "partner", nickname: "n", image: null, withdrawn: false },
  opened_at: "2026-11-24T12:00:00Z",
});
const picture = (name = "bytes") => ({
  file: new Blob([name], { type: "image/jpeg" }),
  width: 800,
  height: 600,
});
const uploaded = (id = "i") => ({ token: `token of ${id}`, image: { id, width: 1_600, height: 1_200 } });

let server: ReturnType<typeof fake_server>;
let http: ReturnType<typeof fake_uploads>;

const flush = () => vi.advanceTimersByTimeAsync(0);
const unsent = () => log_of("r").value.unsent;
const cid = () => unsent()[0]?.cid ?? "";

beforeEach(async () => {
  vi.useFakeTimers();
  // No pause before the page connects again.
  vi.spyOn(Math, "random").mockReturnValue(0);
  localStorage.clear();
  server = fake_server();
  http = fake_uploads();
  vi.stubGlobal("XMLHttpRequest", http.Request);
  vi.stubGlobal("WebSocket", function played(url: string, subprotocol: string) {
    return server.open(url, subprotocol);
  });
  vi.stubGlobal(
    "fetch",
    async () => new Response(JSON.stringify({ rooms: [], next: null, messages: [], more: false })),
  );
  hold_session({ access_token: "token", expires_in_s: 60_000, member: { id: "me" } } as never);
  await start();
});

afterEach(async () => {
  await stop_chat("forget_unsent");
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function start() {
  start_chat("me", () => {});
  await flush();
  server.newest().ready({ rooms: [room] });
  await flush();
  await load_newest("r");
}

async function answer_upload(status: number, body: unknown, which = http.newest()) {
  which.answer(status, body);
  await flush();
}

const sends = () => server.newest().sent.filter((frame) => frame.t === "send");

async function answer_send(over: Partial<Sent> = {}) {
  const send = server.newest().last("send");
  const place = { seq: 1, prev: 0, sent_at: "2026-11-24T12:00:00Z", stored: false };
  server.newest().say("sent", { room: "r", cid: send?.d.cid ?? "", ...place, ...over }, send?.id);
  await flush();
}

async function refuse_send(code: string) {
  server.newest().say("err", { code, retryable: false }, server.newest().last("send")?.id);
  await flush();
}

describe("a picture that is sent", () => {
  it("is shown at once in its shape, uploaded, and then said by its token", async () => {
    write_image("r", picture());
    expect(unsent()).toMatchObject([{ image: { width: 800, height: 600 }, refused: null }]);
    expect(local_image(cid())).toMatch(/^blob:/);
    await flush();
    expect(http.newest()).toMatchObject({
      what: "POST /rooms/r/images",
      headers: { Authorization: "Bearer token", "Content-Type": "image/jpeg" },
    });
    http.newest().has_left(0.4);
    expect(uploaded_part(cid())?.value).toBe(0.4);
    expect(sends()).toEqual([]);

    const id = cid();
    await answer_upload(201, uploaded());
    expect(uploaded_part(id)?.value).toBeNull();
    expect(server.newest().last("send")?.d).toEqual({ room: "r", cid: id, image: "token of i" });
    await answer_send();

    expect(unsent()).toEqual([]);
    const said = { id, kind: "image", text: "", image: { id: "i", width: 1_600, height: 1_200 } };
    expect(log_of("r").value.messages).toMatchObject([said]);
    expect(rooms.value.get("r")?.last_message).toMatchObject(said);
    expect(local_image(id)).not.toBeNull();
  });

  it("does not hold up words, and pictures come one after the other", async () => {
    write_image("r", picture("one"));
    write_image("r", picture("two"));
    write_message("r", "words");
    await flush();

    expect(http.uploads).toHaveLength(1);
    expect(sends().map((frame) => frame.d["text"])).toEqual(["words"]);
    await answer_send();
    await answer_upload(201, uploaded("one"));
    await answer_send({ seq: 2, prev: 1 });
    expect(http.uploads).toHaveLength(2);
    await answer_upload(201, uploaded("two"));

    expect(sends().map((frame) => frame.d["image"])).toEqual([undefined, "token of one", "token of two"]);
  });

  it("waits for the connection and goes on by itself", async () => {
    server.newest().drop(1006);
    write_image("r", picture());
    await flush();
    expect(http.uploads).toEqual([]);

    for (let times = 1; times <= 5; times += 1) {
      await vi.advanceTimersByTimeAsync(5_000);
      expect(http.uploads).toHaveLength(times - 1);
      server.newest().ready({ rooms: [room] });
      await flush();
      expect(http.uploads).toHaveLength(times);
      server.newest().drop(1006);
      http.newest().break_off();
      await flush();
    }

    expect(unsent()[0]?.refused).toBeNull();
  });

  it("waits as long as the server says, and gives up after three times", async () => {
    write_image("r", picture());
    await flush();
    await answer_upload(429, { code: "too_many_requests", retry_after_ms: 30_000 });
    await vi.advanceTimersByTimeAsync(29_000);
    expect(http.uploads).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(http.uploads).toHaveLength(2);

    await answer_upload(503, { code: "temporarily_unavailable" });
    await vi.advanceTimersByTimeAsync(2_000);
    await answer_upload(503, { code: "temporarily_unavailable" });

    expect(unsent()[0]?.refused).toBe("temporarily_unavailable");
    expect(http.uploads).toHaveLength(3);
  });

  it("that is refused can be tried again", async () => {
    write_image("r", picture());
    await flush();
    const id = cid();
    await answer_upload(422, { code: "image_not_acceptable" });
    expect(unsent()[0]?.refused).toBe("image_not_acceptable");

    try_image_again("r", id);
    expect(unsent()[0]?.refused).toBeNull();
    await flush();
    await answer_upload(201, uploaded());

    expect(server.newest().last("send")?.d).toMatchObject({ cid: id, image: "token of i" });
  });

  it("that is too large for what stands before the server says so, whatever that answers", async () => {
    write_image("r", picture());
    await flush();
    await answer_upload(413, "<html>413 Request Entity Too Large</html>");

    expect(unsent()[0]?.refused).toBe("payload_too_large");
  });

  it("that is not wanted any more is not uploaded, nor sent, and holds up no other", async () => {
    write_image("r", picture("one"));
    write_image("r", picture("two"));
    await flush();
    const [first, second] = unsent().map((one) => one.cid);

    discard_message("r", first ?? "");
    await flush();

    expect(http.uploads[0]?.aborted).toBe(true);
    expect(local_image(first ?? "")).toBeNull();
    expect(unsent().map((one) => one.cid)).toEqual([second]);
    expect(http.uploads).toHaveLength(2);
    expect(await http.newest().file.text()).toBe("two");
    await answer_upload(201, uploaded("two"));
    expect(sends()).toHaveLength(1);
  });

  it("that is not wanted any more after its upload is never sent, not even by a later page", async () => {
    write_image("r", picture());
    await flush();
    const id = cid();
    server.newest().drop(1006);
    await answer_upload(201, uploaded());
    expect(image_can_be_given_up(id)).toBe(true);
    discard_message("r", id);
    expect(unsent()).toEqual([]);

    await vi.advanceTimersByTimeAsync(5_000);
    server.newest().ready({ rooms: [room] });
    await flush();
    expect(sends()).toEqual([]);
    await stop_chat("keep_unsent");
    await start();
    await flush();

    expect(sends()).toEqual([]);
    expect(unsent()).toEqual([]);
  });

  it("stays once the server may have it, and can be given up again when that refuses it", async () => {
    write_image("r", picture());
    await flush();
    const id = cid();
    await answer_upload(201, uploaded());
    expect(sends()).toHaveLength(1);
    expect(image_can_be_given_up(id)).toBe(false);
    server.newest().drop(1006);
    discard_message("r", id);
    expect(unsent()).toHaveLength(1);
    expect(local_image(id)).not.toBeNull();

    await vi.advanceTimersByTimeAsync(5_000);
    server.newest().ready({ rooms: [room] });
    await flush();
    await refuse_send("image_token_invalid");
    expect(http.uploads).toHaveLength(2);
    expect(image_can_be_given_up(id)).toBe(true);
    discard_message("r", id);
    await flush();

    expect(http.newest().aborted).toBe(true);
    expect(unsent()).toEqual([]);
    expect(sends()).toHaveLength(1);
  });

  it("says that it is sent again only when it was sent before", async () => {
    write_image("r", picture());
    await flush();
    const id = cid();
    await answer_upload(422, { code: "image_not_acceptable" });
    try_image_again("r", id);
    await flush();
    server.newest().drop(1006);
    await answer_upload(201, uploaded());
    expect(image_can_be_given_up(id)).toBe(true);

    await vi.advanceTimersByTimeAsync(5_000);
    server.newest().ready({ rooms: [room] });
    await flush();

    expect(server.newest().last("send")?.d).toEqual({ room: "r", cid: id, image: "token of i" });
  });

  it("is given up when its room is left, and nothing is known of that room afterwards", async () => {
    write_image("r", picture());
    await flush();
    await leave_room("r");
    expect(http.newest().aborted).toBe(true);
    await flush();

    expect(known_rooms()).toEqual([]);
    expect(sends()).toEqual([]);
  });

  it("is given up when its room is left after it was uploaded, and refused there leaves nothing", async () => {
    write_image("r", picture("tried"));
    await flush();
    await answer_upload(201, uploaded("tried"));
    write_image("r", picture("waiting"));
    await flush();
    await answer_upload(201, uploaded("waiting"));
    expect(sends()).toHaveLength(1);

    await leave_room("r");
    await refuse_send("room_not_found");

    expect(sends()).toHaveLength(1);
    expect(known_rooms()).toEqual([]);
  });

  it("is uploaded again, once, when its token was too old", async () => {
    write_image("r", picture());
    await flush();
    const id = cid();
    await answer_upload(201, uploaded("old"));
    await refuse_send("image_token_invalid");
    expect(unsent()[0]?.refused).toBeNull();
    expect(http.uploads).toHaveLength(2);
    await answer_upload(201, uploaded("new"));
    expect(server.newest().last("send")?.d).toMatchObject({ cid: id, image: "token of new", again: true });

    await refuse_send("image_token_invalid");

    expect(http.uploads).toHaveLength(2);
    expect(unsent()[0]?.refused).toBe("image_token_invalid");
  });

  it("survives a reload once it was uploaded, though the picture itself is not kept", async () => {
    write_image("r", picture());
    await flush();
    await answer_upload(201, uploaded());
    await stop_chat("keep_unsent");
    expect(local_image(cid())).toBeNull();

    await start();
    await flush();
    expect(unsent()).toMatchObject([{ image: { id: "i", width: 1_600, height: 1_200 } }]);
    expect(server.newest().last("send")?.d).toMatchObject({ image: "token of i", again: true });
    await refuse_send("image_token_invalid");

    expect(unsent()[0]?.refused).toBe("image_token_invalid");
    expect(http.uploads).toHaveLength(1);
  });

  it("keeps the page only while it is on its way", async () => {
    const asks = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
    expect(asks()).toBe(false);
    write_image("r", picture());
    await flush();
    expect(asks()).toBe(true);
    await answer_upload(422, { code: "image_not_acceptable" });

    expect(asks()).toBe(false);
  });

  it("does not keep the page when all are given up without a connection", async () => {
    server.newest().drop(1006);
    write_image("r", picture("one"));
    write_image("r", picture("two"));
    await flush();
    // Nothing that needs an answer is asked for, either.
    hold_session({ access_token: "old", expires_in_s: 0, member: { id: "me" } } as never);
    vi.stubGlobal("fetch", () => new Promise(() => {}));
    for (const { cid } of [...unsent()].reverse()) discard_message("r", cid);
    await flush();

    expect(window.dispatchEvent(new Event("beforeunload", { cancelable: true }))).toBe(true);
    expect(http.uploads).toEqual([]);
  });
});

describe("a picture of the partner", () => {
  it("is the last message, and gone when it is taken back", async () => {
    const image = { id: "i", width: 4, height: 3 };
    const place = { room: "r", seq: 1, prev: 0, sent_at: "2026-11-24T12:00:00Z", stored: true };
    server.newest().say("message", { ...place, id: "m", from: "partner", kind: "image", text: "", image });
    expect(log_of("r").value.messages).toMatchObject([{ image }]);
    expect(last_incoming.value?.kind).toBe("image");

    server.newest().say("retracted", { room: "r", id: "m" });

    expect(last_incoming.value).toBeNull();
    expect(rooms.value.get("r")?.last_message).not.toHaveProperty("image");
    expect(log_of("r").value.messages[0]).not.toHaveProperty("image");
  });
});
