// Draws the icons of the installed app from `public/favicon.svg`. Run after that has changed: node icons.mjs
import { readFile } from "node:fs/promises";
import { launch } from "./e2e/browser.mjs";

const folder = new URL("public/", import.meta.url);
const svg = await readFile(new URL("favicon.svg", folder), "utf8");
const ground = /<rect [^>]*fill="(#[0-9a-f]+)"/.exec(svg)[1];

/** Systems cut maskable icons to shapes of their own: what matters stays within four fifths. */
const icons = [
  { name: "any-192", px: 192, part: 1, ground: "transparent" },
  { name: "any-512", px: 512, part: 1, ground: "transparent" },
  { name: "maskable-192", px: 192, part: 0.84, ground },
  { name: "maskable-512", px: 512, part: 0.84, ground },
  { name: "apple-touch-180", px: 180, part: 0.9, ground },
];

const browser = await launch();
const page = await browser.newPage();
for (const icon of icons) {
  await page.setViewportSize({ width: icon.px, height: icon.px });
  const size = `${icon.px * icon.part}px`;
  await page.setContent(
    `<body style="margin:0;height:100vh;display:grid;place-content:center;background:${icon.ground}">
     <div style="width:${size};height:${size}">${svg}</div>`,
  );
  await page.screenshot({
    path: new URL(`icons/${icon.name}.png`, folder).pathname,
    omitBackground: true,
  });
}
await browser.close();
