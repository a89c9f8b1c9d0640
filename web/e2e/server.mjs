// A server of a walk's own, for what is done to servers: stopped in the middle, started again, with other settings.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./browser.mjs";

const program = process.env.RAND_CHAT_PROGRAM ?? "";
const START_LIMIT_MS = 30_000;

/** Starts the program on a folder of its own; `settings` are names as in config/default.toml, with __ for the dot. */
export async function start_server(settings = {}) {
  if (program === "") throw new Error("RAND_CHAT_PROGRAM must name the program");
  const folder = await mkdtemp(join(tmpdir(), "rand-chat-walk-"));
  const port = await free_port();
  const url = `http://127.0.0.1:${port}`;
  const log_path = join(folder, "mails");
  const env = { ...process.env };
  const wanted = {
    storage__data_dir: join(folder, "data"),
    http__port: port,
    internal__port: 0,
    member__codes_per_minute: 1000,
    member__log_ins_per_minute: 1000,
    ...settings,
  };
  set(env, wanted);
  let running = null;
  const has_ended = () => running === null || running.exitCode !== null || running.signalCode !== null;
  // Whatever becomes of the walk, its server does not stay.
  process.once("exit", () => running?.kill("SIGKILL"));

  /** Again, too; `changed` are settings that are others from now on. */
  async function start(changed = {}) {
    set(env, changed);
    running = spawn(program, [], { env });
    running.stdout.pipe(createWriteStream(log_path, { flags: "a" }));
    running.stderr.pipe(createWriteStream(join(folder, "log"), { flags: "a" }));
    const is_decided = async () => has_ended() || (await answers(url));
    await eventually("the server answers", is_decided, Boolean, START_LIMIT_MS);
    if (has_ended()) throw new Error(await readFile(join(folder, "log"), "utf8"));
  }

  /** SIGTERM lets it say goodbye; SIGKILL does not. */
  async function stop(signal = "SIGTERM") {
    if (!has_ended()) {
      const ended = once(running, "exit");
      running.kill(signal);
      await ended;
    }
    running = null;
  }

  async function end() {
    await stop("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }

  try {
    await start();
  } catch (error) {
    await end();
    throw error;
  }
  return { url, log_path, start, stop, end };
}

function set(env, settings) {
  for (const [name, value] of Object.entries(settings))
    env[`RAND_CHAT__${name.toUpperCase()}`] = String(value);
}

function answers(url) {
  return fetch(`${url}/api/v1/client-settings`).then(
    (answer) => answer.ok,
    () => false,
  );
}

function free_port() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
