// npm run wasm: builds AssemblyScript into modules in public/wasm:
//
//   kernels.relaxed.wasm   every kernels/**/*.as.ts; multiplies and adds in one instruction
//   kernels.wasm           the same in two, for an engine without relaxed SIMD
//   rungs.relaxed.wasm     what the lesson about vectors times: lessons/**/*.as.ts, and the kernels that are its last rungs
//   rungs.wasm
//
// Does nothing where they are newer than what they are built from.

import { existsSync, globSync, statSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import asc from "assemblyscript/asc";

const root = dirname(import.meta.dirname);
const out = join(root, "public", "wasm");
const find = (pattern: string) => globSync(pattern, { cwd: root }).sort();
const kernels = find("kernels/**/*.as.ts");
const rungs = [
  ...find("lessons/**/*.as.ts"),
  ...["matmul/matmul", "residual/residual", "runtime/wasm/share"].map(
    (at) => `kernels/${at}.as.ts`,
  ),
];
const changed = (file: string) => statSync(join(root, file)).mtimeMs;
const newest = Math.max(
  ...[...kernels, ...rungs].map(changed),
  statSync(import.meta.filename).mtimeMs,
);

await mkdir(out, { recursive: true });
for (const [name, sources, features] of [
  ["kernels.relaxed.wasm", kernels, "simd,relaxed-simd,threads"],
  ["kernels.wasm", kernels, "simd,threads"],
  ["rungs.relaxed.wasm", rungs, "simd,relaxed-simd,threads"],
  ["rungs.wasm", rungs, "simd,threads"],
] as const) {
  const file = join(out, name);
  if (existsSync(file) && statSync(file).mtimeMs > newest) continue;
  const built = await build(sources, features);
  await writeFile(`${file}.part`, built);
  await rename(`${file}.part`, file);
  console.log(`${relative(root, file)}: ${built.length.toLocaleString("en")} bytes`);
}

async function build(sources: readonly string[], features: string): Promise<Uint8Array> {
  let built: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      ...sources,
      ...["--outFile", "kernels.wasm", "--enable", features],
      ...["-O3", "--noAssert", "--runtime", "stub", "--use", "abort="],
      ...["--importMemory", "--sharedMemory", "--initialMemory", "2", "--maximumMemory", "65536"],
      ...["--memoryBase", "4096"], // before it is what the threads tell each other: kernels/runtime/wasm/thread.ts
      ...["--disableWarning", "112"], // of vectors that would be exchanged with JavaScript: none is
    ],
    {
      readFile: (name, base) => readFile(join(base, name), "utf8").catch(() => null),
      writeFile: (_, contents) => {
        built = contents as Uint8Array;
      },
    },
  );
  if (error || !built) throw new Error(`wasm: ${error?.message}\n${stderr.toString()}`);
  return built;
}
