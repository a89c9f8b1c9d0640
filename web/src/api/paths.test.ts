// Tests of what a request is made of.
import { expect, it } from "vitest";
import { address_of } from "./paths";

it("fills in names, whatever is in them", () => {
  const path = { room: "a/b?c", image: "하나 #1" };
  expect(address_of("/rooms/{room}/images/{image}", { path })).toBe(
    "/api/v1/rooms/a%2Fb%3Fc/images/%ED%95%98%EB%82%98%20%231",
  );
});

it("asks with what is not null", () => {
  expect(address_of("/rooms", { query: { limit: 30, cursor: "a&b=c" } })).toBe(
    "/api/v1/rooms?limit=30&cursor=a%26b%3Dc",
  );
  expect(address_of("/rooms", { query: { limit: 30, cursor: null } })).toBe("/api/v1/rooms?limit=30");
  expect(address_of("/rooms", { query: { cursor: null } })).toBe("/api/v1/rooms");
});
