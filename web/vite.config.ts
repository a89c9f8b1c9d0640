// How the page is built, served while developing, and tested.
import { defineConfig } from "vitest/config";
import { compressed_files } from "./compressed_files.ts";
import { shell_files, WORKER } from "./worker/shell_files.ts";

const server = "http://127.0.0.1:8080";

/** The same policy the real server sends, so that a preview breaks where the product would. */
const content_security_policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self' ws: wss:",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types rand-chat",
].join("; ");

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", worker: "worker/service_worker.ts" },
      output: {
        // A service worker keeps its name, and is looked for beside the pages.
        entryFileNames: ({ name }) => (name === "worker" ? WORKER : "assets/[name]-[hash].js"),
      },
    },
  },
  plugins: [shell_files(), compressed_files()],
  server: {
    proxy: {
      "/api": server,
      "/ws": { target: server, ws: true },
    },
  },
  preview: { headers: { "Content-Security-Policy": content_security_policy } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
  },
});
