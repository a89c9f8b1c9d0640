// Whether a message is nothing but one to three emoji, which are shown larger.

const MANY = 3;
const SKIN_OR_STYLE = "(?:\\uFE0F|\\p{Emoji_Modifier})?";
/** What is not an emoji by itself, such as ❤ or ✈, is one with what follows it. */
const PICTURE = `(?:(?!\\p{Regional_Indicator})\\p{Emoji_Presentation}|\\p{Extended_Pictographic}(?=\\uFE0F|\\u200D|\\p{Emoji_Modifier}))${SKIN_OR_STYLE}`;
const JOINED = `${PICTURE}(?:\\u200D\\p{Extended_Pictographic}${SKIN_OR_STYLE})*`;
const FLAG = "\\p{Regional_Indicator}{2}";
const FLAG_OF_A_LAND = "\\u{1F3F4}[\\u{E0030}-\\u{E007A}]+\\u{E007F}";
const KEY = "[0-9#*]\\uFE0F?\\u20E3";
const few = new RegExp(`^(?:\\s*(?:${FLAG}|${FLAG_OF_A_LAND}|${KEY}|${JOINED})){1,${MANY}}\\s*$`, "u");

export function is_few_emoji(text: string): boolean {
  return few.test(text);
}
