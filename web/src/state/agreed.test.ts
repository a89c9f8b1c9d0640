// Tests of what was agreed to in a room.
import { beforeEach, describe, expect, it } from "vitest";
import { links_agreed, pictures_agreed } from "./agreed";

beforeEach(() => localStorage.clear());

describe("what was agreed to", () => {
  it("is so for that room and that matter, and stays so", () => {
    expect(links_agreed.is_on("one")).toBe(false);
    links_agreed.turn_on("one");
    links_agreed.turn_on("one");

    expect(links_agreed.is_on("one")).toBe(true);
    expect(links_agreed.is_on("other")).toBe(false);
    expect(pictures_agreed.is_on("one")).toBe(false);
    expect(localStorage.getItem("links_on")?.split(" ")).toContain("one");
  });

  it("takes only so much room in the browser", () => {
    for (let at = 0; at < 300; at += 1) pictures_agreed.turn_on(`room${at}`);

    expect(localStorage.getItem("pictures_on")?.split(" ")).toHaveLength(200);
    expect(pictures_agreed.is_on("room299")).toBe(true);
    expect(pictures_agreed.is_on("room0")).toBe(false);
  });
});
