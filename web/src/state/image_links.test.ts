// Tests of the links to pictures: how long they are used, and how many are asked for at once.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hold_session } from "../api/tokens";
import { clear_image_links, forget_image_links, image_links, life_ms } from "./image_links";

let asked: string[];
let answer: () => Promise<Response>;
const links_until = (expires_ms: number) => ({
  small: `/files/small.jpg?expires=${expires_ms / 1_000}&signature=00`,
  large: `/files/large.jpg?expires=${expires_ms / 1_000}&signature=00`,
});
const flush = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-24T12:00:00Z") });
  asked = [];
  answer = async () => new Response(JSON.stringify(links_until(Date.now() + 600_000)));
  vi.stubGlobal("fetch", (path: string) => {
    asked.push(path);
    return answer();
  });
  hold_session({ access_token: "token", expires_in_s: 6_000, member: { id: "me" } } as never);
});

afterEach(() => {
  clear_image_links();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("links to a picture", () => {
  it("are asked for once, and used until half their life is over", async () => {
    const [one, other] = await Promise.all([image_links("r", "i"), image_links("r", "i")]);
    expect(one).toEqual(other);
    await vi.advanceTimersByTimeAsync(299_000);
    expect(await image_links("r", "i")).toEqual(one);
    expect(asked).toEqual(["/api/v1/rooms/r/images/i"]);

    await vi.advanceTimersByTimeAsync(1_001);
    expect(await image_links("r", "i")).not.toEqual(one);
    expect(asked).toHaveLength(2);
  });

  it("are forgotten when there are too many, those that were asked for first", async () => {
    for (let image = 0; image <= 200; image += 1) await image_links("r", `i${image}`);
    asked = [];

    await image_links("r", "i200");
    await image_links("r", "i1");
    await image_links("r", "i0");

    expect(asked).toEqual(["/api/v1/rooms/r/images/i0"]);
  });

  it("are asked for anew once they were found to lead nowhere", async () => {
    await image_links("r", "i");
    forget_image_links("i");
    await image_links("r", "i");

    expect(asked).toHaveLength(2);
  });

  it("that come after the member logged out are not kept for the next one", async () => {
    let arrive = () => {};
    answer = () =>
      new Promise((resolve) => {
        arrive = () => resolve(new Response(JSON.stringify(links_until(Date.now() + 600_000))));
      });
    const late = image_links("r", "i");
    await flush();
    clear_image_links();
    arrive();
    await late;
    void image_links("r", "i");
    await flush();

    expect(asked).toHaveLength(2);
    arrive();
  });

  it("are asked for anew after a failure", async () => {
    answer = async () => new Response(JSON.stringify({ code: "image_not_found" }), { status: 404 });
    await expect(image_links("r", "i")).rejects.toMatchObject({ code: "image_not_found" });
    answer = async () => new Response(JSON.stringify(links_until(Date.now() + 600_000)));

    await expect(image_links("r", "i")).resolves.toBeTruthy();
  });

  it("are asked for a few at a time, also when some fail", async () => {
    const answers: ((answer: Response) => void)[] = [];
    answer = () => new Promise((resolve) => answers.push(resolve));
    const all = Array.from({ length: 6 }, (_, at) => image_links("r", `i${at}`).catch(() => null));
    await flush();
    expect(asked).toHaveLength(4);

    answers[0]?.(new Response("{}", { status: 500 }));
    await flush();
    expect(asked).toHaveLength(5);

    for (let at = 1; at < 6; at += 1) {
      answers[at]?.(new Response(JSON.stringify(links_until(Date.now()))));
      await flush();
    }
    expect(asked).toHaveLength(6);
    expect((await Promise.all(all)).filter((links) => links === null)).toHaveLength(1);
  });

  it("say themselves how long they live", () => {
    const now = Date.now();

    expect(life_ms(links_until(now + 60_000).small, now)).toBe(60_000);
    expect(life_ms(links_until(now - 1_000).small, now)).toBe(0);
    expect(life_ms("https://s3.example/i?X-Amz-Date=20261124T120000Z&X-Amz-Expires=900", now)).toBe(900_000);
    expect(life_ms("/files/i", now)).toBe(60_000);
  });
});
