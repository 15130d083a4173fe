// The download of the weights in a real browser: into its private file system, from another origin, through a redirect.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { transform } from "sucrase";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Address } from "../../src/weights/address.ts";
import { load, loadReference } from "../reference.ts";
import { context, useReader } from "./reader.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = Buffer.from(await load("reference/huggingface.safetensors"));
const sha256 = createHash("sha256").update(file).digest("hex");
const config = { maxT: 13, V: 37, Vp: 128, L: 3, NH: 3, C: 24 };
const whole = { bytes: file.length, sha256, checked: "SHA-256" };

// What a page's worker would do, one command at a time.
const worker = `
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import { createGPT2 } from "@llm.ts/kernels/gpt2/gpt2.ts";
import { initialise, readTensors } from "@llm.ts/kernels/model/model.ts";
import { validationLoss } from "@llm.ts/kernels/model/train.ts";
import { createWebGpu } from "@llm.ts/kernels/webgpu.ts";
import { download, look } from "/src/weights/download.ts";
import { exportWeights, loadWeights } from "/src/training/weights.ts";
import { openStorage } from "/src/weights/opfs.ts";
import { discard, sourceOf } from "/src/weights/storage.ts";

let storage;
const commands = {
  async open() {
    storage = await openStorage();
    return look(storage);
  },
  download: ({ address }) => download(storage, address),
  discard: () => (discard(storage), look(storage)),
  async loss({ config, inputs, targets, B, T }) {
    const model = createGPT2(createCpu(), config, { B, T, training: false });
    await loadWeights(model, sourceOf(storage));
    return validationLoss(model, { inputs: Int32Array.from(inputs), targets: Int32Array.from(targets) });
  },
  async throughGpu({ config }) {
    const options = { B: 1, T: 1, training: false };
    const model = createGPT2(createCpu(), config, options);
    initialise(model, 1);
    const file = new Blob(await Array.fromAsync(exportWeights(model)));
    const adapter = await navigator.gpu.requestAdapter();
    const onGpu = createGPT2(createWebGpu(await adapter.requestDevice()), config, options);
    await loadWeights(onGpu, {
      size: file.size,
      async read(into, at) {
        into.set(new Uint8Array(await file.slice(at, at + into.length).arrayBuffer()));
      },
    });
    const values = await readTensors(onGpu, "parameters");
    const again = new Uint8Array(await new Blob(await Array.fromAsync(exportWeights(onGpu))).arrayBuffer());
    const bytes = new Uint8Array(await file.arrayBuffer());
    return {
      bytes: bytes.length,
      values: Object.keys(values).every((name) =>
        values[name].every((value, i) => value === model.parameters[name][i])),
      file: bytes.length === again.length && bytes.every((byte, i) => byte === again[i]),
    };
  },
};
onmessage = async ({ data }) => {
  try {
    postMessage({ result: await commands[data.type](data) });
  } catch (error) {
    postMessage({ trouble: error.trouble ?? error.name, message: error.message });
  }
};
`;

/** The sources as they stand, as modules that a browser runs. */
const serveSources: RequestListener = async (request, response) => {
  const path = new URL(request.url ?? "/", "http://page").pathname;
  if (path === "/") {
    response.setHeader("Content-Type", "text/html");
    response.end("<!doctype html><title>weights</title>");
    return;
  }
  const source =
    path === "/worker.js" ? worker : await readFile(`${root}${path}`, "utf8").catch(() => "");
  const script = path.endsWith(".ts")
    ? transform(source, { transforms: ["typescript"], disableESTransforms: true }).code
    : path.endsWith(".wgsl")
      ? `export default ${JSON.stringify(source)}`
      : source;
  response.setHeader("Content-Type", "text/javascript");
  response.end(
    script
      .replaceAll('"@llm.ts/kernels/', '"/kernels/')
      .replaceAll('"@noble/hashes/', '"/node_modules/@noble/hashes/')
      .replace(/"(gpt-tokenizer)\/([^"]+)"/g, '"/node_modules/$1/esm/$2.js"'),
  );
};

let cut: number | undefined; // breaks the connection after so many bytes
let requests: string[];

/** Hugging Face's part: the address redirects to where the file lies. Nothing but GET is answered. */
const serveFile: RequestListener = ({ method, url, headers }, response) => {
  requests.push(`${method} ${url}${headers.range ? ` ${headers.range}` : ""}`);
  response.setHeader("Access-Control-Allow-Origin", "*");
  response.setHeader("Access-Control-Expose-Headers", "ETag, Content-Range");
  if (method !== "GET") {
    response.writeHead(405).end();
  } else if (url === "/raw") {
    response.end(`oid sha256:${sha256}\nsize ${file.length}\n`);
  } else if (url === "/resolve") {
    response.writeHead(302, { Location: "/stored" }).end();
  } else {
    const first = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
    response.writeHead(headers.range ? 206 : 200, {
      ETag: '"one"',
      "Content-Length": file.length - first,
      "Content-Range": `bytes ${first}-${file.length - 1}/${file.length}`,
    });
    if (cut === undefined) response.end(file.subarray(first));
    else
      response.write(file.subarray(first, first + cut), () =>
        setTimeout(() => response.destroy(), 300),
      );
  }
};

useReader();

let servers: Server[];
let origin: string;
let address: Address;

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  servers = [];
  origin = await listen(serveSources);
  const other = await listen(serveFile);
  address = { file: `${other}/resolve`, pointer: `${other}/raw` };
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});
beforeEach(() => {
  requests = [];
  cut = undefined;
});

interface Tab {
  page: Page;
  /** Has the tab's worker do something. Returns its result, or the fault that it met. */
  ask(type: string, more?: object): Promise<unknown>;
}

async function openTab(): Promise<Tab> {
  const page = await context.newPage();
  await page.goto(origin);
  const handle = await page.evaluateHandle(() => new Worker("/worker.js", { type: "module" }));
  return {
    page,
    async ask(type, more = {}) {
      const answer = await handle.evaluate(
        (worker, command) =>
          new Promise<{ result?: unknown }>((resolve, reject) => {
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = ({ message }) => reject(new Error(message));
            worker.postMessage(command);
          }),
        { type, ...more },
      );
      return "result" in answer ? answer.result : answer;
    },
  };
}

describe("weights in the browser", () => {
  test("come from another origin, are kept over a restart, and give PyTorch's loss", async () => {
    const first = await openTab();
    expect(await first.ask("open")).toEqual({ state: "none" });
    expect(await first.ask("download", { address })).toEqual(whole);
    expect(requests).toEqual(["GET /raw", "GET /resolve", "GET /stored"]);
    await first.page.close();

    const second = await openTab();
    expect(await second.ask("open")).toEqual({ state: "whole", file: whole });
    const [batch] = await loadReference("huggingface-loss");
    const loss = await second.ask("loss", {
      config,
      inputs: [...batch.ints("inputs")],
      targets: [...batch.ints("targets")],
      B: 2,
      T: 11,
    });
    expect(Math.abs((loss as number) - batch.floats("loss")[0])).toBeLessThan(5e-6);
    expect(requests).toHaveLength(3);
    expect(await second.ask("discard")).toEqual({ state: "none" });
  });

  test("that broke off are fetched from there on, without asking the servers for leave first", async () => {
    cut = 60_000;
    const first = await openTab();
    await first.ask("open");
    expect(await first.ask("download", { address })).toMatchObject({ trouble: "network" });
    await first.page.close();

    cut = undefined;
    const second = await openTab();
    const kept = (await second.ask("open")) as { done: number };
    expect(kept).toMatchObject({ state: "part", total: file.length });
    expect(kept.done).toBeGreaterThan(0);
    expect(await second.ask("download", { address })).toEqual(whole);
    const range = `bytes=${kept.done}-`;
    expect(requests.slice(3)).toEqual([
      "GET /raw",
      `GET /resolve ${range}`,
      `GET /stored ${range}`,
    ]);
  });

  test("are open in one tab at a time; another is told so, and can have them afterwards", async () => {
    const [first, second] = [await openTab(), await openTab()];
    await first.ask("open");
    expect(await second.ask("open")).toMatchObject({
      trouble: "busy",
      message: expect.stringContaining("Another tab of this site"),
    });
    await first.page.close();
    expect(await second.ask("open")).toEqual({ state: "none" });
  });

  test("need room: where it runs out the reader is told, and with more room they are fetched", async () => {
    const tab = await openTab();
    await tab.ask("open");
    const session = await context.newCDPSession(tab.page);
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 50_000 });
    expect(await tab.ask("download", { address })).toMatchObject({
      trouble: "full",
      message: expect.stringContaining("Free some space on the disk, then download again"),
    });
    await session.send("Storage.overrideQuotaForOrigin", { origin });
    expect(await tab.ask("download", { address })).toEqual(whole);
  });

  test("go into a GPU's memory piece by piece, and come out as the same file", async () => {
    const tab = await openTab();
    // wte is read in three pieces, and the device is waited for on the way.
    const sizes = { maxT: 64, V: 36_000, Vp: 36_096, L: 2, NH: 1, C: 64 };
    const { bytes, ...same } = (await tab.ask("throughGpu", { config: sizes })) as {
      bytes: number;
    };
    expect(bytes).toBeGreaterThan(4 * 36_000 * 64);
    expect(same).toEqual({ values: true, file: true });
  });
});
