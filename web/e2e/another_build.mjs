// Builds the client once more, with other words: the next version, as far as a browser can see.
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const web = new URL("../", import.meta.url).pathname;
const parts = [
  "src",
  "public",
  "worker",
  "index.html",
  "compressed_files.ts",
  "vite.config.ts",
  "package.json",
  "tsconfig.json",
];

/** Takes the words `[before, after]` of the English and Korean texts; gives the folder it was built into. */
export async function another_build(words) {
  const folder = await mkdtemp(join(tmpdir(), "rand-chat-build-"));
  for (const part of parts) await cp(join(web, part), join(folder, part), { recursive: true });
  await symlink(join(web, "node_modules"), join(folder, "node_modules"));
  for (const [file, [before, after]] of Object.entries(words)) {
    const path = join(folder, "src/texts", file);
    const text = await readFile(path, "utf8");
    if (!text.includes(before)) throw new Error(`${file} does not say ${before}`);
    await writeFile(path, text.replace(before, after));
  }
  await promisify(execFile)(process.execPath, [join(web, "node_modules/vite/bin/vite.js"), "build"], {
    cwd: folder,
  });
  return {
    folder: join(folder, "dist"),
    remove: () => rm(folder, { recursive: true }),
  };
}
