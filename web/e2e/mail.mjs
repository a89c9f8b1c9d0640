// Reads what the console mailer printed into the server's log.
import { readFile } from "node:fs/promises";

const LIMIT_MS = 15_000;

/** What colours and boxes a terminal gets beside the words. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with a control character
const colours = /\u001b\[[0-9;]*m/g;

/** How much of the log there is now: what is mailed from here on is news. */
export async function log_length(log_path) {
  return (await readFile(log_path, "utf8")).length;
}

/** The mails to an address, oldest first. */
function mails_to(log, email) {
  const begin = `to: ${email}\n`;
  return log
    .split(/^-{20,}$/m)
    .filter((mail) => mail.includes(begin))
    .map((mail) => mail.slice(mail.indexOf(begin)));
}

/** Waits for a mail with something in it, and gives that. */
async function in_mail(email, pattern, log_path, since) {
  const until = Date.now() + LIMIT_MS;
  while (Date.now() < until) {
    const log = (await readFile(log_path, "utf8")).slice(since).replace(colours, "");
    const found = mails_to(log, email)
      .map((mail) => pattern.exec(mail)?.[1])
      .findLast((one) => one !== undefined);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail with ${pattern} to ${email} in the log after ${LIMIT_MS} ms`);
}

export const code_for = (email, log_path, since = 0) => in_mail(email, /code:\s*(\d{6,8})/, log_path, since);

export const username_for = (email, log_path, since = 0) =>
  in_mail(email, /username:\s*(\S+)/, log_path, since);
