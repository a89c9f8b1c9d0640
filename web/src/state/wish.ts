// Whom a member wishes to meet, as a pure value: what of it counts, and how this browser keeps it.
import type { Narrowing } from "../api/match";
import type { Wish } from "../protocol/frames";

/** What can be asked for besides the distance, each dropped as a whole. */
export type Condition = "sex" | "age" | "language";

/** Nobody is older; the server refuses more. */
const AGE_MAX = 150;

export const first_wish: Wish = {
  max_distance_km: 10,
  sex: null,
  age_min: null,
  age_max: null,
  language: null,
};

/** The wish in a ticket, and nothing else of it. */
export function wish_of({ max_distance_km, sex, age_min, age_max, language }: Wish): Wish {
  return { max_distance_km, sex, age_min, age_max, language };
}

/** The conditions that are set, in the order in which they are shown. */
export function conditions_of(wish: Wish): Condition[] {
  const set: Condition[] = [];
  if (wish.sex !== null) set.push("sex");
  if (wish.age_min !== null || wish.age_max !== null) set.push("age");
  if (wish.language !== null) set.push("language");
  return set;
}

export function without(wish: Wish, condition: Condition): Wish {
  switch (condition) {
    case "sex":
      return { ...wish, sex: null };
    case "age":
      return { ...wish, age_min: null, age_max: null };
    case "language":
      return { ...wish, language: null };
  }
}

export function narrows(wish: Wish, by: Narrowing): boolean {
  return by === "distance" ? wish.max_distance_km !== null : conditions_of(wish).includes(by);
}

/** The wish with less of what keeps people away: the next distance, or without the condition. */
export function widened(wish: Wish, by: Narrowing, distances_km: readonly number[]): Wish {
  if (by !== "distance") return without(wish, by);
  const { max_distance_km: km } = wish;
  const further = km === null ? undefined : distances_km.find((one) => one > km);
  return { ...wish, max_distance_km: further ?? null };
}

/** One bound of the ages; the other one gives way rather than that nobody is left. */
export function with_age(wish: Wish, bound: "age_min" | "age_max", age: number | null): Wish {
  const changed = { ...wish, [bound]: age };
  const { age_min, age_max } = changed;
  if (age_min === null || age_max === null || age_min <= age_max) return changed;
  return { ...changed, age_min: age, age_max: age };
}

export function kept_text(wish: Wish): string {
  return JSON.stringify(wish_of(wish));
}

function age_from(kept: unknown): number | null {
  return Number.isInteger(kept) && (kept as number) >= 0 && (kept as number) <= AGE_MAX
    ? (kept as number)
    : null;
}

/** Reads what was kept, part by part: what cannot be is as if it was never chosen. */
export function wish_from(kept: string | null): Wish {
  let parts: Partial<Record<keyof Wish, unknown>>;
  try {
    parts = (JSON.parse(kept ?? "{}") ?? {}) as typeof parts;
  } catch {
    return first_wish;
  }
  const { max_distance_km: km, sex, language } = parts;
  const is_distance = km === null || (typeof km === "number" && Number.isInteger(km) && km > 0);
  const [age_min, age_max] = [age_from(parts.age_min), age_from(parts.age_max)];
  const nobody_left = age_min !== null && age_max !== null && age_min > age_max;
  return {
    max_distance_km: is_distance ? km : first_wish.max_distance_km,
    sex: sex === "female" || sex === "male" ? sex : null,
    age_min: nobody_left ? null : age_min,
    age_max: nobody_left ? null : age_max,
    language: typeof language === "string" && /^[a-z]{2,3}$/.test(language) ? language : null,
  };
}
