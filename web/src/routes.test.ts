// Tests of the addresses.
import { describe, expect, it } from "vitest";
import { parse_path, path_of, type Route } from "./routes";

describe("the addresses", () => {
  it.each<Route>([
    { name: "landing" },
    { name: "sign_up" },
    { name: "log_in" },
    { name: "match" },
    { name: "rooms" },
    { name: "room", room: "0190-ab" },
    { name: "me" },
  ])("lead back to where they came from: $name", (route) => {
    expect(parse_path(path_of(route))).toEqual(route);
  });

  it("lead nowhere when nobody made them", () => {
    expect(parse_path("/nothing").name).toBe("not_found");
    expect(parse_path("/rooms/a/b").name).toBe("not_found");
    expect(parse_path("/match/x").name).toBe("not_found");
  });
});
