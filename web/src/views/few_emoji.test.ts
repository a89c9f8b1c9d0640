// Tests of what is nothing but a few emoji.
import { expect, it } from "vitest";
import { is_few_emoji } from "./few_emoji";

it.each([
  "😊",
  "😊👋",
  "😊 👋 🌇",
  "👋🏽",
  "❤️",
  "👨‍👩‍👧‍👦",
  "🏳️‍🌈",
  "🇰🇷",
  "🇰🇷🇯🇵🇺🇸",
  "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  "1️⃣",
  "👩🏾‍🚀",
  "❤️‍🔥",
])("%s is", (text) => expect(is_few_emoji(text)).toBe(true));

it.each(["", " ", "1", "123", "#", "a😊", "😊!", "😊😊😊😊", "©", "안녕 👋", "🇰"])("%j is not", (text) =>
  expect(is_few_emoji(text)).toBe(false),
);
