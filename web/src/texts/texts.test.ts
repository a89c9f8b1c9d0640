// Tests that every text is used and that both languages say the same things.
import { describe, expect, it } from "vitest";
import { en } from "./en";
import { ko, type Texts } from "./ko";
import { field_text, problem_said, problem_text } from "./texts";

const sources = Object.values(
  import.meta.glob<string>(["../**/*.ts", "../**/*.tsx", "!./ko.ts", "!./en.ts", "!../**/*.test.*"], {
    query: "?raw",
    import: "default",
    eager: true,
  }),
).join("\n");

/** Groups whose keys come from the server or from a list: looked up by name while running. */
const looked_up: readonly (keyof Texts)[] = [
  "problem",
  "field_problem",
  "image_problem",
  "picture_problem",
  "interest",
  "city",
  "sex",
  "distance",
  "ending",
  "presence",
  "report_reason",
  "report_state",
];
/** Single texts that are looked up by name while running. */
const looked_up_texts = [
  "log_in.unlocked",
  "log_in.password_reset",
  "image.saved",
  "image.removed",
  "sessions.ended",
  "sessions.ended_others",
];

function keys_of(texts: Texts): string[] {
  return Object.entries(texts).flatMap(([group, words]) =>
    Object.keys(words).map((key) => `${group}.${key}`),
  );
}

describe("the texts", () => {
  it("are all used", () => {
    const unused = keys_of(ko)
      .filter((key) => !looked_up.some((group) => key.startsWith(`${group}.`)))
      .filter((key) => !looked_up_texts.includes(key))
      .filter((key) => !new RegExp(`\\bt\\.${key.replace(".", "\\.")}\\b`).test(sources));

    expect(unused).toEqual([]);
  });

  it("have the same keys in both languages", () => {
    expect(keys_of(en).sort()).toEqual(keys_of(ko).sort());
  });

  it("are never empty", () => {
    for (const texts of [ko, en]) {
      for (const words of Object.values(texts)) {
        for (const word of Object.values(words)) expect(word).not.toBe("");
      }
    }
  });

  it("say something about problems nobody has heard of", () => {
    expect(problem_text(en, "something_new")).toBe(en.problem.internal);
    expect(problem_text(ko, "code_wrong")).toBe(ko.problem.code_wrong);
    expect(field_text(en, "something_new")).toBe(en.field_problem.format);
  });

  it("say how long to wait when that is minutes", () => {
    expect(problem_said(en, { code: "too_many_requests", retry_after_ms: 15 * 60_000 })).toBe(
      `${en.problem.too_many_requests} You can try again in 15 minutes.`,
    );
    expect(problem_said(en, { code: "too_many_requests", retry_after_ms: 3_000 })).toBe(
      en.problem.too_many_requests,
    );
    expect(problem_said(en, { code: "internal", retry_after_ms: null })).toBe(en.problem.internal);
  });
});
