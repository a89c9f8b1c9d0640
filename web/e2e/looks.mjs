// What a page looks like, in both languages, in the light and in the dark, on a phone and on a desktop; and what axe says.
import assert from "node:assert/strict";
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";
import { shots } from "./browser.mjs";

const sizes = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
};
const languages = ["ko", "en"];
const themes = ["light", "dark"];

/**
 * Photographs all of it, and has axe look at each size in each theme. The page is afterwards as it was before. What
 * several walks come by is looked at once.
 */
export async function look_at(member, what) {
  if (!(await is_first_look(what))) return;
  const { page } = member;
  const own = page.viewportSize();
  const own_language = await page.evaluate(() => document.documentElement.lang);
  const found = [];
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    await page.setViewportSize({ ...viewport, height: await height_of_all(page) });
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme });
      for (const language of languages) {
        await speak(page, language);
        await settled(page);
        const path = join(shots, `${what}.${size}.${language}.${colorScheme}.png`);
        await page.screenshot({ path, fullPage: true });
        // Each language in one of the themes: colours do not depend on words.
        if ((language === "ko") !== (colorScheme === "light")) continue;
        for (const problem of await barriers(page)) found.push(`${size}, ${language}: ${problem}`);
      }
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(own);
  await speak(page, own_language);
  await settled(page);
  await writeFile(join(shots, `${what}.axe`), found.join("\n"));
  assert.deepEqual(found, [], `what axe finds on ${what}`);
}

/** Of the window in which all of the page is seen; of a history, which may be very long, only the end is. */
function height_of_all(page) {
  return page.evaluate(() => {
    const boxes = [...document.querySelectorAll("main, .member-list")];
    return Math.max(innerHeight, ...boxes.map((box) => innerHeight + box.scrollHeight - box.clientHeight));
  });
}

/** Whoever makes the list of what axe found is the first, in whichever walk. */
async function is_first_look(what) {
  if (shots === "") return false;
  await mkdir(shots, { recursive: true });
  try {
    await (await open(join(shots, `${what}.axe`), "wx")).close();
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** As if another tab of this browser had chosen a language. */
function speak(page, language) {
  return page.evaluate((chosen) => {
    if (document.documentElement.lang === chosen) return;
    const before = localStorage.getItem("language");
    localStorage.setItem("language", chosen);
    dispatchEvent(new StorageEvent("storage", { key: "language", oldValue: before, newValue: chosen }));
  }, language);
}

/** What moves for a moment has moved, and what was drawn anew is on the screen. */
function settled(page) {
  return page.evaluate(async () => {
    const passing = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    for (const one of passing) one.finish();
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

/** What keeps people from using the page, by the rules of WCAG 2.2 AA and good practice. */
async function barriers(page) {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(() =>
    window.axe
      .run(document, {
        resultTypes: ["violations"],
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      })
      .then((result) => result.violations),
  );
  return violations.map(
    ({ id, impact, nodes }) => `${impact} ${id} ${nodes.map((node) => node.target.join(" ")).join(" | ")}`,
  );
}
