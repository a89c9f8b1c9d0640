// Stands before the server as a proxy does, so that a walk can deploy another build of the client, or cut the line.
import { readFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { extname, join } from "node:path";

const kinds = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png" };

export async function start_front(server_url) {
  const { hostname, port, host, origin } = new URL(server_url);
  const lines = new Set();
  let folder = null;

  const front = createServer(async (asked, answer) => {
    const path = new URL(asked.url, server_url).pathname;
    if (folder !== null && !path.startsWith("/api/")) return serve_build(path, answer);
    pass_on(asked, answer);
  });
  front.on("connection", (line) => {
    lines.add(line);
    line.on("close", () => lines.delete(line));
  });
  front.on("upgrade", (asked, line, head) => {
    const server = connect(Number(port), hostname, () => {
      const headers = Object.entries(for_server(asked.headers)).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      );
      server.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${headers.join("")}\r\n`);
      server.write(head);
      server.pipe(line).pipe(server);
    });
    for (const [one, other] of [
      [server, line],
      [line, server],
    ]) {
      one.on("error", () => {});
      one.on("close", () => other.destroy());
    }
  });

  /** The server answers pages of its own address only, and knows nothing of this one. */
  function for_server(headers) {
    return { ...headers, host, ...(headers.origin === undefined ? {} : { origin }) };
  }

  function pass_on(asked, answer) {
    const { method, url } = asked;
    const headers = for_server(asked.headers);
    const server = request({ hostname, port, method, path: url, headers }, (said) => {
      answer.writeHead(said.statusCode, said.headers);
      said.pipe(answer);
    });
    server.on("error", () => answer.destroy());
    asked.pipe(server);
  }

  /** As the server would: a path with a dot is a file, any other is the page. */
  async function serve_build(path, answer) {
    const name = extname(path) === "" ? "/index.html" : path;
    const headers = {
      ...(await headers_of_pages()),
      "content-type": kinds[extname(name)] ?? "text/html",
    };
    try {
      answer.writeHead(200, headers).end(await readFile(join(folder, name)));
    } catch {
      answer.writeHead(404, headers).end();
    }
  }

  async function headers_of_pages() {
    const { headers } = await fetch(server_url);
    const kept = ["content-security-policy", "x-content-type-options", "cross-origin-opener-policy"];
    return {
      ...Object.fromEntries(kept.map((name) => [name, headers.get(name)])),
      "cache-control": "no-cache",
    };
  }

  function listen(on_port) {
    return new Promise((resolve) => front.listen(on_port, "127.0.0.1", resolve));
  }

  function cut() {
    for (const line of lines) line.destroy();
  }

  await listen(0);
  const own_port = front.address().port;
  return {
    url: `http://127.0.0.1:${own_port}`,
    /** Serves this build from now on; every page loses its connection, as when servers are replaced. */
    deploy(build) {
      folder = build;
      cut();
    },
    cut,
    stop() {
      const closed = new Promise((resolve) => front.close(resolve));
      cut();
      return closed;
    },
    start: () => listen(own_port),
  };
}
