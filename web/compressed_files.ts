// Writes what is built a second and a third time, compressed as well as can be: the server only has to send it.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync, constants as zlib } from "node:zlib";
import type { Plugin } from "vite";

const TEXTS = /\.(js|css|html|svg|webmanifest)$/;
/** Below this a file is one packet anyway. */
const WORTH_BYTES = 1_000;

export function compressed_files(): Plugin {
  let dir = "";
  return {
    name: "compressed-files",
    apply: "build",
    configResolved(config) {
      dir = join(config.root, config.build.outDir);
    },
    // After every file is as it stays.
    async closeBundle() {
      for (const path of await readdir(dir, { recursive: true })) {
        if (!TEXTS.test(path)) continue;
        const file = join(dir, path);
        const text = await readFile(file);
        if (text.length < WORTH_BYTES) continue;
        const params = { [zlib.BROTLI_PARAM_SIZE_HINT]: text.length };
        await writeFile(`${file}.br`, brotliCompressSync(text, { params }));
        await writeFile(`${file}.gz`, gzipSync(text, { level: zlib.Z_BEST_COMPRESSION }));
      }
    },
  };
}
