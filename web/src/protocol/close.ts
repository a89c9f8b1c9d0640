// What a page does after each code the socket may close with.

export type StopReason = "session_ended" | "suspended" | "outdated" | "too_many_pages" | "not_understood";

export type AfterClose =
  | { do: "come_back"; pause_at_least_ms: number; refresh_first: boolean }
  /** The session of the token has ended; a refresh tells whether this browser has another one. */
  | { do: "doubt_session" }
  | { do: "stop"; reason: StopReason };

const FLOOD_PAUSE_MS = 10_000;

export function after_close(code: number): AfterClose {
  switch (code) {
    case 4403:
      return { do: "come_back", pause_at_least_ms: 0, refresh_first: true };
    case 4429:
      return { do: "come_back", pause_at_least_ms: FLOOD_PAUSE_MS, refresh_first: false };
    case 4501:
      return { do: "doubt_session" };
    case 4503:
      return { do: "stop", reason: "suspended" };
    case 4505:
      return { do: "stop", reason: "outdated" };
    case 4506:
    case 4509:
      return { do: "stop", reason: "too_many_pages" };
    case 1002:
    case 1003:
    case 1007:
    case 1009:
      return { do: "stop", reason: "not_understood" };
    default:
      return code >= 4500 && code <= 4999
        ? { do: "stop", reason: "not_understood" }
        : { do: "come_back", pause_at_least_ms: 0, refresh_first: false };
  }
}
