// How far signing up has come, kept in this tab: a reload in the middle goes on where it was.

export type SignUpStep =
  | { name: "email" }
  | { name: "code"; email: string; resend_at_ms: number }
  | { name: "profile"; proof: string };

interface Begun {
  step: SignUpStep;
  email: string;
  kept_at_ms: number;
}

const NAME = "sign_up";
/** As long as a proof of an address is good for; a code ends sooner and can be asked for again. */
const GOOD_FOR_MS = 15 * 60_000;
const nothing = { step: { name: "email" } as SignUpStep, email: "" };

export function read_begun_sign_up(now_ms: number): { step: SignUpStep; email: string } {
  try {
    const begun = JSON.parse(sessionStorage.getItem(NAME) ?? "null") as Begun | null;
    return begun !== null && now_ms - begun.kept_at_ms < GOOD_FOR_MS ? begun : nothing;
  } catch {
    return nothing;
  }
}

export function keep_begun_sign_up(step: SignUpStep, email: string, now_ms: number): void {
  try {
    const begun: Begun = { step, email, kept_at_ms: now_ms };
    sessionStorage.setItem(NAME, JSON.stringify(begun));
  } catch {
    // A reload then begins anew.
  }
}

export function forget_begun_sign_up(): void {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // Nothing was kept.
  }
}
