// Starts Chromium and gives each member a browser of their own.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { chromium } from "playwright-core";

export const base_url = process.env.RAND_CHAT_URL ?? "http://127.0.0.1:8080";
export const log_path = process.env.RAND_CHAT_LOG ?? "";
/** The server that is there for every walk. */
const common_server = { url: base_url, log_path };
/** A folder for screenshots; none are made without. */
export const shots = process.env.RAND_CHAT_SHOTS ?? "";
const LIMIT_MS = 15_000;

const chromium_with = (...more) => ({
  executablePath: process.env.RAND_CHAT_CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    ...more,
  ],
});

export const launch = (...more) => chromium.launch(chromium_with(...more));

/** A browser as people have it, with a profile in this folder: private windows install nothing. */
export const launch_with_profile = (folder) => chromium.launchPersistentContext(folder, chromium_with());

/** A phone in Korean, in the middle of Seoul. */
export const phone_ko = {
  locale: "ko-KR",
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  geolocation: { latitude: 37.5665, longitude: 126.978 },
};

/** A desktop in English, about two kilometres away. */
export const desktop_en = {
  locale: "en-US",
  viewport: { width: 1280, height: 800 },
  geolocation: { latitude: 37.5512, longitude: 126.9882 },
};

/** Twenty kilometres south of them, by the same desktop. */
export const desktop_en_20_km_off = {
  ...desktop_en,
  geolocation: { latitude: 37.3925, longitude: 126.9785 },
};

const STEP_LIMIT_MS = 150_000;

/** Steps of one story: later ones need the earlier ones, and after the first failure the rest is only noise. */
export function story(members) {
  let failed = false;
  return (name, what) =>
    test(name, { timeout: STEP_LIMIT_MS + 30_000 }, async (t) => {
      if (failed) return t.skip("an earlier step failed");
      // Until it has succeeded: one that takes too long goes on behind the next.
      failed = true;
      try {
        await within(STEP_LIMIT_MS, what());
        failed = false;
      } catch (error) {
        for (const member of members()) await shoot(member, "failed").catch(() => {});
        throw error;
      }
    });
}

function within(limit_ms, what) {
  let limit;
  const too_long = new Promise((_, reject) => {
    limit = setTimeout(() => reject(new Error(`not done within ${limit_ms} ms`)), limit_ms);
  });
  return Promise.race([what, too_long]).finally(() => clearTimeout(limit));
}

/** Opens a browser whose pages complain about everything that it complains about. */
export async function open_member(browser, name, options, complaints, server = common_server) {
  const context = await browser.newContext({
    baseURL: server.url,
    permissions: ["geolocation"],
    ...options,
  });
  context.setDefaultTimeout(LIMIT_MS);
  context.on("weberror", (error) => complaints.push(`${name}: ${error.error().message}`));
  context.on("console", (line) => {
    const text = line.text();
    if (line.type() === "error" && /Content Security Policy|Uncaught/.test(text))
      complaints.push(`${name}: ${text}`);
  });
  const page = await context.newPage();
  return { name, context, page, log_path: server.log_path };
}

export async function shoot(member, what) {
  if (shots === "") return;
  await mkdir(shots, { recursive: true });
  await member.page.screenshot({ path: join(shots, `${member.name}-${what}.png`), animations: "disabled" });
}

/** Waits until a condition holds; says what was seen last when it never does. */
export async function eventually(what, look, holds, limit_ms = LIMIT_MS) {
  const until = Date.now() + limit_ms;
  let seen;
  while (Date.now() < until) {
    seen = await look();
    if (holds(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never happened: ${what}; seen last: ${JSON.stringify(seen)}`);
}
