// Tests of reading what browsers say of themselves.
import { describe, expect, it } from "vitest";
import { cut_user_agent, device_of } from "./device";

const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";

describe("a device", () => {
  it.each([
    [
      "Chrome",
      "Windows",
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/131.0.0.0 Safari/537.36`,
    ],
    [
      "Edge",
      "Windows",
      `Mozilla/5.0 (Windows NT 10.0) ${webkit} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
    ],
    [
      "Chrome",
      "Android",
      `Mozilla/5.0 (Linux; Android 10; K) ${webkit} Chrome/131.0.0.0 Mobile Safari/537.36`,
    ],
    [
      "Samsung Internet",
      "Android",
      `Mozilla/5.0 (Linux; Android 14; SM-S918N) ${webkit} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
    ],
    [
      "Whale",
      "Windows",
      `Mozilla/5.0 (Windows NT 10.0) ${webkit} Chrome/130.0.0.0 Whale/4.29.282.14 Safari/537.36`,
    ],
    [
      "KakaoTalk",
      "iPhone",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 KAKAOTALK 10.8.5",
    ],
    [
      "Safari",
      "iPhone",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    ],
    [
      "Chrome",
      "iPhone",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1",
    ],
    [
      "Safari",
      "macOS",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    ],
    ["Firefox", "Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"],
    [
      "Chrome",
      "ChromeOS",
      `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/131.0.0.0 Safari/537.36`,
    ],
  ])("is called %s on %s", (browser, system, user_agent) => {
    expect(device_of(user_agent)).toMatchObject({ browser, system });
  });

  it("is held in the hand or not", () => {
    expect(device_of("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X)").is_handheld).toBe(true);
    expect(device_of("Mozilla/5.0 (X11; Linux x86_64)").is_handheld).toBe(false);
  });

  it("that nobody knows is shown as it came, cut to a line", () => {
    expect(device_of("curl/8.5.0")).toMatchObject({ browser: null, system: null });
    expect(cut_user_agent(" curl/8.5.0 ")).toBe("curl/8.5.0");
    expect([...cut_user_agent("🤖".repeat(200))]).toHaveLength(60);
  });
});
