// Who may import whom, and what every layer has. Each failure names the file, the import and the rule that it breaks.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders = ["kernels", "src", "lessons", "scripts", "tests"];
const files = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      posix.join(folder, name.replaceAll("\\", "/")),
    ),
  )
  .filter((file) => /\.(ts|astro|mdx)$/.test(file) && !file.includes("node_modules/"))
  .concat(readdirSync(root).filter((file) => /\.(ts|mjs)$/.test(file)));

const layers = readdirSync(join(root, "kernels"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .filter(
    (name) =>
      !["formats", "gpt2", "llama", "model", "runtime", "node_modules", "__pycache__"].includes(
        name,
      ),
  );

/** The tiers that have all kernels. One that is being built satisfies Partial<Backend>, and is not listed here. */
const tiers: Record<string, string[]> = {
  "cpu.ts": [".ts"],
  "wasm.ts": [".as.ts"],
  "webgpu.ts": [".gpu.ts", ".wgsl"],
};
/** The list in which a tier takes its layers. */
const lists: Record<string, string> = { "cpu.ts": "layers.ts", "webgpu.ts": "webgpu.ts" };
/** What a layer needs for each tier that there is or will be. */
const parts: Record<string, string[]> = {
  "cpu.ts": [".ts"],
  "wasm.ts": [".as.ts"],
  "webgpu.ts": [".gpu.ts", ".wgsl"],
};

const read = (file: string) => readFileSync(join(root, file), "utf8");

interface Import {
  from: string; // the file that has it
  to: string; // a path in the repository, or the name of a package
  written: string; // as it stands in the file
  types: boolean; // whether it is gone after the types are stripped
}

const imports = files
  .filter((from) => !from.startsWith("tests/")) // tests import anything, and quote imports that are none
  .flatMap((from) => importsOf(from, read(from)));

function importsOf(from: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (written: string, types: boolean) => {
    // AssemblyScript adds the ending by itself.
    const path = written.replace(/\?\w+$/, "").replace(/\.as$/, ".as.ts");
    const to = path.startsWith(".")
      ? posix.join(dirname(from), path)
      : path.replace(/^@llm\.ts\/kernels\//, "kernels/");
    found.push({ from, to, written, types });
  };
  const statement = /^\s*(import|export)\s+(type\s+)?([\w$*{}\s,]*?)\s*from\s*["']([^"']+)["']/gm;
  for (const [, , type, names, written] of text.matchAll(statement)) {
    const listed = /^\{(.*)\}$/s.exec(names.trim())?.[1].split(",") ?? [];
    const all = listed.map((name) => name.trim()).filter(Boolean);
    const onlyTypes = all.length > 0 && all.every((name) => name.startsWith("type "));
    add(written, Boolean(type) || onlyTypes);
  }
  for (const [, written] of text.matchAll(/^\s*import\s*["']([^"']+)["']/gm)) add(written, false);
  for (const [, written] of text.matchAll(/\bimport\(\s*["']([^"']+)["']/g)) add(written, false);
  for (const [, written] of text.matchAll(/new URL\(\s*["'](\.[^"']+\.ts)["']/g)) {
    add(written, false);
  }
  return found;
}

interface Rule {
  files: RegExp;
  says: string;
  /** What such a file may import. `own` is its folder. */
  may: (to: string, own: string) => boolean;
  /** What it may import types from, besides. */
  types?: RegExp;
}

const isPackage = (to: string) => !/^(kernels|src|lessons|scripts|tests|public)\//.test(to);

/** The first rule whose `files` fits is the one that holds. */
const rules: Rule[] = [
  {
    files: /^kernels\/runtime\/wasm\/\w+\.node\.ts$/,
    says: "what starts threads in Node imports Node's threads and runtime/",
    may: (to) => to === "node:worker_threads" || to.startsWith("kernels/runtime/"),
  },
  {
    files: /^kernels\/runtime\//,
    says: "runtime/ imports itself only",
    may: (to) => /^kernels\/runtime\//.test(to),
  },
  {
    files: /^kernels\/formats\//,
    says: "formats/ imports itself, runtime/, the sizes and tables of models, and the list of architectures",
    may: (to) =>
      /^kernels\/(formats|runtime)\/|^kernels\/(gpt2|llama|model)\/(config|parameters|constants)\.ts$/.test(
        to,
      ) || to === "kernels/models.ts",
  },
  {
    files: /^kernels\/model\//,
    says: "model/ imports itself, runtime/, and types: it knows no architecture and no kernel",
    may: (to) => /^kernels\/(model|runtime)\//.test(to),
    types: /^kernels\/backend\.ts$/,
  },
  {
    files: /^kernels\/gpt2\//,
    says: "an architecture imports itself, model/, runtime/, and backend.ts's types",
    may: (to) => /^kernels\/(gpt2|model|runtime)\//.test(to),
    types: /^kernels\//,
  },
  {
    files: /^kernels\/llama\//,
    says: "an architecture imports itself, model/, runtime/, the constants of its layers, and backend.ts's types",
    may: (to) => /^kernels\/(llama|model|runtime)\/|^kernels\/rope\/rope\.ts$/.test(to),
    types: /^kernels\//,
  },
  {
    files: /^kernels\/models\.ts$/,
    says: "models.ts lists the architectures, over model/ and backend.ts's types",
    may: (to) => /^kernels\/(gpt2|llama|model)\//.test(to),
    types: /^kernels\/backend\.ts$/,
  },
  {
    files: /^kernels\/backend\.ts$/,
    says: "backend.ts imports types only",
    may: () => false,
    types: /^kernels\//,
  },
  {
    files: /^kernels\/webgpu\.ts$/,
    says: "webgpu.ts imports the layers' *.gpu.ts, layers.ts, backend.ts and runtime/",
    may: (to) => /\.gpu\.ts$|^kernels\/runtime\/|^kernels\/(layers|backend)\.ts$/.test(to),
  },
  {
    files: /^kernels\/layers\.ts$/,
    says: "layers.ts imports the layers' TypeScript (only webgpu.ts imports *.gpu.ts) and runtime/",
    may: (to) =>
      to.startsWith("kernels/runtime/") ||
      (layers.includes(to.split("/")[1]) && !to.endsWith(".gpu.ts")),
  },
  {
    files: /^kernels\/[^/]+\.ts$/,
    says: "a tier takes its kernels from layers.ts, or from cpu.ts those that it lacks; it may import backend.ts, cost.ts and runtime/ too",
    may: (to) => /^kernels\/((backend|cost|layers|cpu)\.ts$|runtime\/)/.test(to),
  },
  {
    files: /^kernels\//,
    says: "a layer imports itself and runtime/, never another layer",
    may: (to, own) => to.startsWith(`${own}/`) || to.startsWith("kernels/runtime/"),
  },
  {
    files: /^src\/components\//,
    says: "components reach kernels only through a worker (types, gpt2's config and its parameter table are no kernels)",
    may: (to) =>
      to.startsWith("src/") || isPackage(to) || /^kernels\/gpt2\/(config|parameters)\.ts$/.test(to),
    types: /^kernels\//,
  },
  {
    files: /^src\/training\//,
    says: "src/training/ imports itself, the kernel package and packages: the page's worker and the commands both build on it",
    may: (to) => /^(src\/training|kernels)\//.test(to) || isPackage(to),
  },
  {
    files: /^src\/commands\//,
    says: "src/commands/ imports itself, src/training/, the kernel package and packages: it has no page",
    may: (to) => /^(src\/commands|src\/training|kernels)\//.test(to) || isPackage(to),
  },
  {
    files: /^src\//,
    says: "src/ imports itself, the kernel package and packages",
    may: (to) => /^(src|kernels)\//.test(to) || isPackage(to),
  },
  {
    files: /^lessons\//,
    says: "a lesson imports itself, components, what figures and lines share, numbers as the page writes them, and kernels (and types from src/cells)",
    may: (to, own) =>
      /^(kernels|src\/components|src\/figures)\//.test(to) ||
      to === "src/lines/line.ts" ||
      to === "src/page/numbers.ts" || // has no page in it
      to.startsWith(own.split("/").slice(0, 2).join("/")) ||
      isPackage(to),
    types: /^src\/cells\//,
  },
  {
    files: /^scripts\/search\.ts$/,
    says: "what makes the index of the search imports src/search/ and packages",
    may: (to) => to.startsWith("src/search/") || isPackage(to),
  },
  {
    files: /^scripts\//,
    says: "scripts import themselves, the kernel package, src/commands, src/training and packages",
    may: (to) => /^(scripts|kernels|src\/commands|src\/training)\//.test(to) || isPackage(to),
  },
  {
    files: /^vitest\.config\.ts$/,
    says: "vitest's settings import anything",
    may: () => true,
  },
  {
    files: /^[^/]+$/,
    says: "settings import src/ and packages, not tests",
    may: (to) => to.startsWith("src/") || isPackage(to),
  },
];

function faultsOf(list: Import[]): string[] {
  return list.flatMap(({ from, to, written, types }) => {
    const rule = rules.find((rule) => rule.files.test(from));
    if (rule && (rule.may(to, dirname(from)) || (types && rule.types?.test(to)))) return [];
    return [`${from} imports ${written}: ${rule?.says ?? "no rule is written for this folder"}`];
  });
}

describe("who may import whom", () => {
  test("every import keeps to the rules", () => {
    expect(imports.length).toBeGreaterThan(100); // the files were found, and read
    expect(faultsOf(imports)).toEqual([]);
  });

  test.each<[string, string]>([
    ["kernels/gelu/gelu.ts", 'import { softmaxForward } from "../softmax/softmax.ts";'],
    ["kernels/gelu/gelu.ts", 'import type { Backend } from "../backend.ts";'],
    ["kernels/gelu/gelu.ts", 'import { readFile } from "node:fs";'],
    ["kernels/gelu/gelu.gpu.ts", 'import wgsl from "../softmax/softmax.wgsl?raw";'],
    ["kernels/cpu.ts", 'import { geluForward } from "./gelu/gelu.gpu.ts";'],
    ["kernels/cpu.ts", 'import { geluForward } from "./gelu/gelu.ts";'],
    ["kernels/wasm.ts", 'import { createWebGpu } from "./webgpu.ts";'],
    ["kernels/layers.ts", 'import * as gelu from "./gelu/gelu.gpu.ts";'],
    ["kernels/layers.ts", 'import { createCpu } from "./cpu.ts";'],
    ["kernels/cpu.ts", 'import { forward } from "./gpt2/forward.ts";'],
    ["kernels/backend.ts", 'import { geluForward } from "./gelu/gelu.ts";'],
    ["kernels/gpt2/forward.ts", 'import {\n  type A,\n  geluForward,\n} from "../gelu/gelu.ts";'],
    ["kernels/gpt2/forward.ts", 'import { createCpu } from "../cpu.ts";'],
    ["kernels/llama/forward.ts", 'import { ropeForward } from "../swiglu/swiglu.ts";'],
    ["kernels/llama/forward.ts", 'import { forward } from "../gpt2/forward.ts";'],
    ["kernels/models.ts", 'import { createCpu } from "./cpu.ts";'],
    ["kernels/model/train.ts", 'import { forward } from "../gpt2/forward.ts";'],
    ["kernels/model/train.ts", 'import type { Config } from "../gpt2/config.ts";'],
    ["kernels/model/train.ts", 'import { geluForward } from "../gelu/gelu.ts";'],
    ["kernels/runtime/check.ts", 'export * from "../cpu.ts";'],
    ["kernels/formats/tokens.ts", 'import { encode } from "gpt-tokenizer";'],
    ["kernels/formats/tokens.ts", 'import { forward } from "../gpt2/forward.ts";'],
    ["src/components/Cell.astro", 'import { createCpu } from "@llm.ts/kernels/cpu.ts";'],
    ["src/components/Cell.astro", 'const cpu = await import("../../kernels/cpu.ts");'],
    ["src/training/run.ts", 'import { random } from "../../tests/random.ts";'],
    ["src/training/run.ts", 'import { runCommand } from "../commands/command.ts";'],
    ["src/commands/train.ts", 'import { openDevice } from "../trainer/tier.ts";'],
    ["lessons/05-layernorm/index.mdx", 'import "../19-training/cells/a.ts";'],
    ["lessons/05-layernorm/cells/a.ts", 'import { run } from "../../../src/training/run.ts";'],
    ["kernels/gelu/gelu.as.ts", 'import { dot } from "../attention/attention.as";'],
    ["kernels/runtime/wasm/pool.ts", 'import { Worker } from "node:worker_threads";'],
    ["kernels/runtime/wasm/spawn.node.ts", 'import { readFile } from "node:fs";'],
    ["scripts/data.ts", 'import { close } from "../tests/close.ts";'],
    ["astro.config.mjs", 'import { findChromium } from "./tests/chromium.ts";'],
  ])("in %s, `%s` would be found", (from, text) => {
    expect(faultsOf(importsOf(from, text))).toHaveLength(1);
  });

  test.each<[string, string]>([
    ["kernels/gpt2/forward.ts", 'import type { geluForward } from "../gelu/gelu.ts";'],
    ["kernels/gpt2/forward.ts", 'import { type A, type B } from "../gelu/gelu.ts";'],
    ["kernels/webgpu.ts", 'import * as gelu from "./gelu/gelu.gpu.ts";'],
    ["kernels/llama/constants.ts", 'import { ropeAngles } from "../rope/rope.ts";'],
    ["kernels/layers.ts", 'import * as gelu from "./gelu/gelu.ts";'],
    ["kernels/wasm.ts", 'import { createCpu } from "./cpu.ts";'],
    [
      "src/components/Cell.astro",
      'import type { Floats } from "@llm.ts/kernels/runtime/check.ts";',
    ],
    [
      "lessons/05-layernorm/mend/mutants.ts",
      'import type { Mutant } from "../../../src/cells/m.ts";',
    ],
  ])("in %s, `%s` is allowed", (from, text) => {
    expect(importsOf(from, text)).toHaveLength(1);
    expect(faultsOf(importsOf(from, text))).toEqual([]);
  });

  test("outside kernels/, kernels are imported by the name of their package", () => {
    const outside = imports.filter(
      ({ from, to }) => !from.startsWith("kernels/") && to.startsWith("kernels/"),
    );
    const relative = outside.filter(({ written }) => written.startsWith("."));
    expect(relative.map(({ from, written }) => `${from} imports ${written}`)).toEqual([]);
  });

  test("every file that is imported by a path exists, with its ending written out", () => {
    const paths = imports.filter(({ to, written }) => !isPackage(to) || written.startsWith("."));
    const missing = paths.filter(({ to }) => !/\.\w+$/.test(to) || !existsSync(join(root, to)));
    expect(missing.map(({ from, written }) => `${from} imports ${written}`)).toEqual([]);
  });

  test("no file hands on what another defines", () => {
    const handing = /^export\s+(type\s+)?(\*|\{[^}]*\})(\s+as\s+\w+)?\s+from\b/m;
    expect(files.filter((file) => !file.startsWith("tests/") && handing.test(read(file)))).toEqual(
      [],
    );
  });

  test("every package that the site imports is declared in package.json", () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      read("package.json"),
    );
    const present = { ...dependencies, ...optionalDependencies };
    const undeclared = imports
      .filter(({ to, from }) => isPackage(to) && from.includes("/"))
      .filter(({ to }) => !/^(node|astro|virtual):/.test(to))
      .filter(({ to, from, types }) => {
        const name = to
          .split("/")
          .slice(0, to.startsWith("@") ? 2 : 1)
          .join("/");
        const development = types || from.startsWith("scripts/");
        return !(name in present || (development && name in devDependencies));
      });
    expect(undeclared.map(({ from, written }) => `${from} imports ${written}`)).toEqual([]);
  });
});

/** Files that import one another in a circle, in the order in which they do. Types are gone when it runs. */
function circlesOf(list: Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to, types } of list)
    if (!types) next.set(from, [...(next.get(from) ?? []), to]);
  const circles: string[][] = [];
  const seen = new Set<string>();
  const walk = (file: string, path: string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file]);
    if (seen.has(file)) return;
    seen.add(file);
    for (const to of next.get(file) ?? []) walk(to, [...path, file]);
  };
  for (const file of next.keys()) walk(file, []);
  return circles;
}

describe("the kernel package", () => {
  const kernels = files.filter((file) => file.startsWith("kernels/"));

  test("no two of its files import each other, by however many others", () => {
    const own = imports.filter(({ from }) => from.startsWith("kernels/"));
    expect(own.length).toBeGreaterThan(50);
    expect(circlesOf(own)).toEqual([]);
    const circle = [
      ...importsOf("kernels/runtime/gpu.ts", 'import { createQueue } from "./gpu/queue.ts";'),
      ...importsOf("kernels/runtime/gpu/queue.ts", 'import { record } from "./recorder.ts";'),
      ...importsOf("kernels/runtime/gpu/recorder.ts", 'import { type Gpu, run } from "../gpu.ts";'),
    ];
    expect(circlesOf(circle)).toEqual([
      [
        "kernels/runtime/gpu.ts",
        "kernels/runtime/gpu/queue.ts",
        "kernels/runtime/gpu/recorder.ts",
        "kernels/runtime/gpu.ts",
      ],
    ]);
    expect(circlesOf(circle.slice(0, 2))).toEqual([]);
  });

  // What a kernel is called, which forms it has and what they are timed with is its layer's to say.
  test("runtime/ names no layer and no kernel", () => {
    const names = [...layers, "flash", "epilogue"].filter((name) => name !== "encoder"); // WebGPU's word, too
    const named = new RegExp(`(?<![.\\w])(${names.join("|")}|\\w+(Forward|Backward|Update))\\b`);
    const runtime = kernels.filter((file) => file.startsWith("kernels/runtime/"));
    const faults = runtime.flatMap((file) => {
      const found = named.exec(withoutComments(read(file)));
      return found ? [`${file} names ${found[1]}`] : [];
    });
    expect(runtime.length).toBeGreaterThan(10);
    expect(faults).toEqual([]);
    expect(named.test('const forms = { matmul: "shared64" };')).toBe(true);
    expect(named.test("if (kernel === 'encoderForward') return;")).toBe(true);
  });

  test("it has no dependencies", () => {
    const settings = JSON.parse(read("kernels/package.json"));
    const kinds = Object.keys(settings).filter((key) => /dependencies/i.test(key));
    expect(kinds).toEqual([]);
  });

  test("it knows neither a page nor Node", () => {
    const globals =
      /(?<![\w$.'"-])(document|window|localStorage|sessionStorage|indexedDB|fetch|XMLHttpRequest|HTML\w*Element|process|require|Buffer|__dirname)\b(?!['":])/;
    const faults = kernels.flatMap((file) => {
      const found = globals.exec(withoutComments(read(file)));
      return found ? [`${file} names ${found[1]}`] : [];
    });
    expect(faults).toEqual([]);
    expect(globals.test("const a = document.body")).toBe(true);
    expect(globals.test("view.window(3)")).toBe(false);
  });

  test.each(["src/training/", "src/commands/"])("%s knows no page", (folder) => {
    const training = files.filter((file) => file.startsWith(folder));
    expect(training.length).toBeGreaterThan(3);
    const page =
      /(?<![\w$.'"-])(document|window|navigator|localStorage|sessionStorage|indexedDB|fetch|self|HTML\w*Element)\b(?!['":])/;
    const faults = training.flatMap((file) => {
      const found = page.exec(withoutComments(read(file)));
      return found ? [`${file} names ${found[1]}`] : [];
    });
    expect(faults).toEqual([]);
  });

  test("its README lists every layer", () => {
    const readme = read("kernels/README.md");
    expect(layers.filter((layer) => !readme.includes(`| \`${layer}/\` |`))).toEqual([]);
  });

  test("its README names a lesson with a layer only if that lesson is about it", () => {
    const rows = [...read("kernels/README.md").matchAll(/^\| `(\w+)\/` .*\]\((.*)\) \|$/gm)];
    expect(rows.length).toBeGreaterThan(10);
    const faults = rows.flatMap(([, layer, link]) => {
      const folder = posix.join("kernels", posix.dirname(link));
      if (!existsSync(join(root, folder))) return [`${layer}: ${folder} does not exist`];
      const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
      const uses = files
        .filter((file) => /\.(mdx|ts)$/.test(file))
        .some((file) => read(join(folder, file)).includes(`kernels/${layer}/`));
      return uses ? [] : [`${layer}: ${folder} does not use it`];
    });
    expect(faults).toEqual([]);
  });
});

describe("every layer", () => {
  test("the layers are found", () => {
    expect(layers).toEqual(expect.arrayContaining(["encoder", "layernorm", "matmul", "attention"]));
  });

  test.each(layers)(
    "%s has PyTorch's definition, its tensors, its kernels and its tests",
    (layer) => {
      const needed = [
        `kernels/${layer}/${layer}.py`,
        `public/reference/${layer}.safetensors`,
        `tests/kernels/${layer}.test.ts`,
        ...Object.values(tiers)
          .flat()
          .map((ending) => `kernels/${layer}/${layer}${ending}`),
      ];
      expect(needed.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    },
  );

  test("what a layer has for a tier is whole, and the tier takes it", () => {
    for (const [tier, endings] of Object.entries(parts)) {
      for (const layer of layers) {
        const there = endings.filter((ending) =>
          existsSync(join(root, "kernels", layer, layer + ending)),
        );
        if (there.length === 0) continue; // a complete tier was checked above
        expect(there, `kernels/${layer} for ${tier}`).toEqual(endings);
        if (tier in lists)
          expect(read(`kernels/${lists[tier]}`)).toContain(`/${layer}${endings[0]}"`);
      }
    }
  });

  test("the tiers that have all kernels are the ones listed here, with what they need of a layer", () => {
    const there = Object.keys(parts).filter((tier) => existsSync(join(root, "kernels", tier)));
    const whole = there.filter((tier) => /satisfies Backend</.test(read(`kernels/${tier}`)));
    expect(whole).toEqual(Object.keys(tiers));
    for (const tier of there) {
      expect(read(`kernels/${tier}`)).toMatch(/satisfies (Partial<)?Backend</);
    }
  });
});

/** The text with its comments replaced by nothing. Good enough for a search: strings with // in them are cut short. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
}
