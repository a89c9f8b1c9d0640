// Reads what a browser says of itself (User-Agent) as far as people care: which one, and on what.

export interface Device {
  browser: string | null;
  system: string | null;
  is_handheld: boolean;
}

/** The first that fits counts: most browsers also claim to be the ones below them. */
const browsers: readonly [string, RegExp][] = [
  ["KakaoTalk", /KAKAOTALK/],
  ["Naver", /NAVER\(inapp/],
  ["Whale", /Whale\//],
  ["Samsung Internet", /SamsungBrowser\//],
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\b(?:OPR|OPT|OPX)\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /(?:Chrome|CriOS)\//],
  ["Safari", /\bVersion\/.* Safari\//],
];

const systems: readonly [string, RegExp][] = [
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Android", /\bAndroid\b/],
  ["Windows", /\bWindows\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["macOS", /\bMac OS X\b/],
  ["Linux", /\bLinux\b/],
];

const handhelds: readonly (string | null)[] = ["iPhone", "iPad", "Android"];
const UNKNOWN_CHARS_MAX = 60;

function first_that_fits(names: readonly [string, RegExp][], text: string): string | null {
  return names.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

export function device_of(user_agent: string): Device {
  const system = first_that_fits(systems, user_agent);
  return {
    browser: first_that_fits(browsers, user_agent),
    system,
    is_handheld: handhelds.includes(system),
  };
}

/** What nobody knows is shown as it came, cut to a line. */
export function cut_user_agent(user_agent: string): string {
  const all = [...user_agent.trim()];
  return all.length <= UNKNOWN_CHARS_MAX ? all.join("") : `${all.slice(0, UNKNOWN_CHARS_MAX - 1).join("")}…`;
}
