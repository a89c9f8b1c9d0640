// Tests of the addresses.
import { describe, expect, it } from "vitest";
import { parse_path, path_of, type Route, sections } from "./routes";

describe("the addresses", () => {
  it.each<Route>([
    { name: "landing" },
    { name: "sign_up" },
    { name: "log_in" },
    { name: "match" },
    { name: "rooms" },
    { name: "room", room: "0190-ab" },
    { name: "unlock" },
    { name: "forgot_username" },
    { name: "forgot_password" },
    { name: "terms" },
    { name: "privacy" },
    { name: "me" },
  ])("lead back to where they came from: $name", (route) => {
    expect(parse_path(path_of(route))).toEqual(route);
  });

  it.each(sections)("lead back to the section they came from: %s", (section) => {
    const route: Route = { name: "me_section", section };

    expect(path_of(route)).toBe(`/me/${section}`);
    expect(parse_path(path_of(route))).toEqual(route);
  });

  it("lead nowhere when nobody made them", () => {
    expect(parse_path("/nothing").name).toBe("not_found");
    expect(parse_path("/rooms/a/b").name).toBe("not_found");
    expect(parse_path("/match/x").name).toBe("not_found");
    expect(parse_path("/me/nothing").name).toBe("not_found");
    expect(parse_path("/me/profile/x").name).toBe("not_found");
    expect(parse_path("/privacy/terms").name).toBe("not_found");
  });
});
