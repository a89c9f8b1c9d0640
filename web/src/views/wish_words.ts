// How it is said whom a member wishes to meet.
import type { Narrowing } from "../api/match";
import type { Wish } from "../protocol/frames";
import { type Condition, widened } from "../state/wish";
import { language_name } from "../texts/formats";
import type { Texts } from "../texts/ko";

function ages(t: Texts, { age_min, age_max }: Wish): string {
  if (age_min === null) return age_max === null ? "" : t.wish.ages_up_to(age_max);
  if (age_max === null) return t.wish.ages_from(age_min);
  return age_min === age_max ? t.wish.age_exact(age_min) : t.wish.ages_between(age_min, age_max);
}

/** The whole wish, the distance included. */
export function wish_text(t: Texts, wish: Wish): string {
  const language = wish.language === null ? "" : language_name(wish.language);
  return t.wish.phrase(wish.max_distance_km, wish.sex ?? "any", ages(t, wish), language);
}

/** One condition that is set, as short as a chip. */
export function condition_text(t: Texts, wish: Wish, condition: Condition): string {
  switch (condition) {
    case "sex":
      return wish.sex === null ? "" : t.sex[wish.sex];
    case "age":
      return capital(ages(t, wish));
    case "language":
      return wish.language === null ? "" : capital(t.wish.speaks(language_name(wish.language)));
  }
}

/** What happens when less of it is asked for. */
export function widen_text(t: Texts, wish: Wish, by: Narrowing, distances_km: readonly number[]): string {
  if (by !== "distance") return t.match.widen_any(by);
  const further = widened(wish, by, distances_km).max_distance_km;
  return further === null ? t.match.widen_anywhere : t.match.widen(further);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
