// Tests of whom a member wishes to meet.
import { describe, expect, it } from "vitest";
import type { Ticket, Wish } from "../protocol/frames";
import {
  conditions_of,
  first_wish,
  kept_text,
  narrows,
  widened,
  wish_from,
  wish_of,
  with_age,
  without,
} from "./wish";

const picky: Wish = { max_distance_km: 25, sex: "female", age_min: 25, age_max: 34, language: "ko" };

describe("a wish", () => {
  it("is all of a ticket that a member chose", () => {
    const ticket: Ticket = { id: "t", since: "2026-11-24T12:00:00Z", ...picky };

    expect(wish_of(ticket)).toEqual(picky);
  });

  it("names the conditions that are set, and counts an open end of the ages", () => {
    expect(conditions_of(first_wish)).toEqual([]);
    expect(conditions_of(picky)).toEqual(["sex", "age", "language"]);
    expect(conditions_of({ ...first_wish, age_min: 30 })).toEqual(["age"]);
    expect(conditions_of({ ...first_wish, age_max: 30 })).toEqual(["age"]);
  });

  it("keeps the other conditions and the distance when one is dropped", () => {
    expect(without(picky, "sex")).toEqual({ ...picky, sex: null });
    expect(without(picky, "age")).toEqual({ ...picky, age_min: null, age_max: null });
    expect(without(picky, "language")).toEqual({ ...picky, language: null });
  });

  it("is widened by the next distance, and beyond the last by none", () => {
    const by_distance = (km: number | null) =>
      widened({ ...picky, max_distance_km: km }, "distance", [5, 25, 100]).max_distance_km;

    expect([5, 10, 25, 100, 300, null].map(by_distance)).toEqual([25, 25, 100, null, null, null]);
    expect(widened(picky, "age", [])).toEqual(without(picky, "age"));
  });

  it("is narrowed by what is set", () => {
    const all = ["distance", "sex", "age", "language"] as const;

    expect(all.filter((by) => narrows({ ...picky, language: null }, by))).toEqual(["distance", "sex", "age"]);
    expect(all.filter((by) => narrows({ ...first_wish, max_distance_km: null }, by))).toEqual([]);
  });

  it("moves the other bound of the ages rather than leave nobody", () => {
    expect(with_age(picky, "age_min", 40)).toMatchObject({ age_min: 40, age_max: 40 });
    expect(with_age(picky, "age_max", 20)).toMatchObject({ age_min: 20, age_max: 20 });
    expect(with_age(picky, "age_min", 34)).toMatchObject({ age_min: 34, age_max: 34 });
    expect(with_age(picky, "age_min", null)).toMatchObject({ age_min: null, age_max: 34 });
    expect(with_age(picky, "age_max", null)).toMatchObject({ age_min: 25, age_max: null });
  });

  it("is read as it was kept", () => {
    expect(wish_from(kept_text(picky))).toEqual(picky);
    expect(wish_from(kept_text({ ...picky, max_distance_km: null }))).toMatchObject({
      max_distance_km: null,
    });
  });

  it.each([null, "", "10", "null", "[]", "{", '{"max_distance_km":-5}'])(
    "is the first one when %j was kept",
    (kept) => {
      expect(wish_from(kept)).toEqual(first_wish);
    },
  );

  it("loses only the parts that cannot be", () => {
    const kept = { max_distance_km: 5, sex: "undisclosed", age_min: 200, age_max: 30.5, language: "Korean" };

    expect(wish_from(JSON.stringify(kept))).toEqual({ ...first_wish, max_distance_km: 5 });
    expect(wish_from(JSON.stringify({ ...picky, age_min: 40 }))).toEqual({
      ...picky,
      age_min: null,
      age_max: null,
    });
  });
});
