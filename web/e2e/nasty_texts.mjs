// Texts that break layouts: what a room must show without harm to what stands beside them.

const zalgo = [..."He comes"]
  .map((letter) => letter + "\u0315\u0321\u0354\u030b\u0346\u0353\u0330".repeat(12))
  .join("");

export const nasty_texts = [
  "가".repeat(500),
  "W".repeat(500),
  `https://example.com/${"a-very-long-path/".repeat(30)}`,
  "👨‍👩‍👧‍👦",
  "🇰🇷🇯🇵👋🏽",
  "👩🏾‍🚀 said hello 👍🏿",
  "مرحبا، كيف حالك اليوم؟",
  "السعر 1,250 USD (أو 1.5 مليون) hello!",
  "English first, ثم العربية, 그리고 한국어 123",
  "שלום עולם\nHello world\nمرحبا",
  "\u202eThis is turned around",
  "\u200bin\u200bvisi\u200bble\u200d \u2060joins\ufeff",
  zalgo,
  "e\u0301 is é, and 한글 is 한글".normalize("NFD"),
  "<script>alert(1)</script> <b>&amp;</b>",
  `${"·\n".repeat(990)}down`,
  "일곱 글자를\n\n\n띄어서",
  "the last one",
];
