// The built site, served with the headers it will be served with.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const dist = fileURLToPath(new URL("../../dist", import.meta.url));

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

interface Rule {
  pattern: RegExp;
  headers: [string, string][];
}

/** The rules of a _headers file: a path, where * stands for anything, then its headers, indented. */
export function parseHeaders(text: string): Rule[] {
  const rules: Rule[] = [];
  for (const line of text.split("\n").filter((line) => line.trim() !== "")) {
    if (/^\S/.test(line)) {
      const source = line.trim().replace(/[.+?^${}()|[\]\\]/g, "\\$&");
      rules.push({ pattern: new RegExp(`^${source.replaceAll("*", ".*")}$`), headers: [] });
    } else {
      const colon = line.indexOf(":");
      rules.at(-1)?.headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
    }
  }
  return rules;
}

export interface Site {
  origin: string;
  close: () => Promise<void>;
}

/**
 * Serves dist/ at a free port of this machine, with the headers of dist/_headers.
 *
 * @throws Error if the site is not built
 */
export async function serveSite(): Promise<Site> {
  if (!existsSync(join(dist, "index.html"))) {
    throw new Error("serveSite: dist/index.html is missing; build the site with `npm run build`");
  }
  const rules = parseHeaders(await readFile(join(dist, "_headers"), "utf8"));
  const server: Server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://site").pathname);
    for (const { pattern, headers } of rules) {
      if (pattern.test(path)) for (const [name, value] of headers) response.setHeader(name, value);
    }
    const file = join(dist, normalize(path.endsWith("/") ? `${path}index.html` : path));
    try {
      const body = await readFile(file);
      response.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream");
      response.writeHead(200).end(body);
    } catch {
      response.setHeader("Content-Type", types[".html"]);
      response.writeHead(404).end(await readFile(join(dist, "404.html")));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}
