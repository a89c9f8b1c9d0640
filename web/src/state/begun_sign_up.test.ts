// Tests of what a reload in the middle of signing up finds.
import { afterEach, describe, expect, it } from "vitest";
import { forget_begun_sign_up, keep_begun_sign_up, read_begun_sign_up } from "./begun_sign_up";

const code = { name: "code", email: "a@example.com", resend_at_ms: 60_000 } as const;
const nothing = { step: { name: "email" }, email: "" };

afterEach(() => sessionStorage.clear());

describe("a begun sign-up", () => {
  it("goes on at its step", () => {
    keep_begun_sign_up(code, "a@example.com", 1_000);

    expect(read_begun_sign_up(2_000)).toMatchObject({ step: code, email: "a@example.com" });
  });

  it("begins anew when the proof can no longer be good", () => {
    keep_begun_sign_up({ name: "profile", proof: "p" }, "a@example.com", 1_000);

    expect(read_begun_sign_up(1_000 + 15 * 60_000)).toEqual(nothing);
  });

  it("begins anew when it was finished, or when what was kept is not readable", () => {
    keep_begun_sign_up(code, "a@example.com", 1_000);
    forget_begun_sign_up();
    expect(read_begun_sign_up(2_000)).toEqual(nothing);

    sessionStorage.setItem("sign_up", "{");
    expect(read_begun_sign_up(2_000)).toEqual(nothing);
  });
});
