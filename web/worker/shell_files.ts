// Writes into the built service worker which files the version is made of.
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";

export const WORKER = "sw.js";
const PLACE = "__SHELL__";
/** Only systems ask for these, when the app is installed. */
const NOT_KEPT = /^\/icons\//;

export function shell_files(): Plugin {
  return {
    name: "shell-files",
    apply: "build",
    async writeBundle({ dir }, bundle) {
      if (dir === undefined)
        throw new Error("the files of the shell are read from the folder they were built into");
      const start = Object.values(bundle).find(
        (one) => one.type === "chunk" && one.isEntry && one.name === "index",
      );
      if (start === undefined) throw new Error("there is no first script");
      const files = await files_in(dir);
      const version = hash("hex", JSON.stringify(files)).slice(0, 16);
      const shell = JSON.stringify({ version, start: `/${start.fileName}`, files });
      const worker = join(dir, WORKER);
      const script = await readFile(worker, "utf8");
      if (!script.includes(PLACE))
        throw new Error(`there is no place for the files of the shell in ${WORKER}`);
      await writeFile(
        worker,
        script.replaceAll(PLACE, () => shell),
      );
    },
  };
}

async function files_in(dir: string): Promise<{ path: string; integrity: string }[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length).replaceAll("\\", "/"))
    .filter((path) => path !== `/${WORKER}` && !NOT_KEPT.test(path))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({
      path,
      integrity: `sha256-${hash("base64", await readFile(join(dir, path)))}`,
    })),
  );
}

function hash(as: "hex" | "base64", contents: string | Buffer): string {
  return createHash("sha256").update(contents).digest(as);
}
