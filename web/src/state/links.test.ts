// Tests of what is a link, and of when links may be followed.
import { describe, expect, it } from "vitest";
import type { Message } from "../protocol/frames";
import { first_of_partner, split_links } from "./links";

const hrefs = (text: string) =>
  split_links(text).flatMap((piece) => (typeof piece === "string" ? [] : [piece.href]));

describe("links in a text", () => {
  it("stand between the words around them, and nothing is lost", () => {
    const text = "보세요: https://example.com/a?b=1#c, 그리고 (https://example.org/).";
    const pieces = split_links(text);

    expect(pieces.map((piece) => (typeof piece === "string" ? piece : piece.text)).join("")).toBe(text);
    expect(hrefs(text)).toEqual(["https://example.com/a?b=1#c", "https://example.org/"]);
  });

  it.each([
    ["https://example.com에서 봐요", "https://example.com/"],
    ["https://en.wikipedia.org/wiki/Seoul_(city)", "https://en.wikipedia.org/wiki/Seoul_(city)"],
    ["(see https://example.com/a)", "https://example.com/a"],
    ["HTTPS://Example.com", "https://example.com/"],
    ["https://example.com/a?!...", "https://example.com/a"],
    ["https://example.com:8443/a", "https://example.com:8443/a"],
  ])("end where the address ends: %s", (text, href) => {
    expect(hrefs(text)).toEqual([href]);
  });

  it.each([
    "http://example.com",
    "javascript:alert(1)",
    "example.com",
    "https://",
    "https://localhost/a",
    "https://bank.example.com@evil.example.org/",
    "https://user:pass@example.com/",
    "xhttps://example.com",
    "https:/example.com",
    "data:text/html,https",
  ])("are only addresses that are safe and what they look like: %s", (text) => {
    expect(split_links(text)).toEqual([text]);
  });

  it("take in no letters that turn the direction of reading", () => {
    expect(hrefs("https://example.com/\u202egpj.exe")).toEqual(["https://example.com/"]);
  });
});

describe("the first messages of a partner", () => {
  const message = (id: number, from: string) => ({ id: `m${id}`, from }) as Message;

  it("are five, counted without one's own", () => {
    const all = Array.from({ length: 14 }, (_, at) => message(at, at % 2 === 0 ? "me" : "partner"));

    expect([...first_of_partner(all, "me")]).toEqual(["m1", "m3", "m5", "m7", "m9"]);
  });
});
