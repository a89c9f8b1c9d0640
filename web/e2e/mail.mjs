// Reads the codes that the console mailer printed into the server's log.
import { readFile } from "node:fs/promises";

/** What colours and boxes a terminal gets beside the words. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with a control character
const colours = /\u001b\[[0-9;]*m/g;

function newest_code(log, email) {
  const from = log.lastIndexOf(`to: ${email}`);
  if (from < 0) return null;
  return /code:\s*(\d{6})/.exec(log.slice(from))?.[1] ?? null;
}

export async function code_for(email, log_path, limit_ms = 15_000) {
  const until = Date.now() + limit_ms;
  while (Date.now() < until) {
    const log = (await readFile(log_path, "utf8")).replace(colours, "");
    const code = newest_code(log, email);
    if (code !== null) return code;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no code for ${email} in the log after ${limit_ms} ms`);
}
