// npm run wasm: builds the kernels of the WebAssembly tier, every kernels/**/*.as.ts, into two modules in public/wasm:
//
//   kernels.relaxed.wasm   multiplies and adds in one instruction
//   kernels.wasm           the same in two, for an engine without relaxed SIMD
//
// Does nothing where they are newer than what they are built from.

import { existsSync, globSync, statSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import asc from "assemblyscript/asc";

const root = dirname(import.meta.dirname);
const out = join(root, "public", "wasm");
const sources = globSync("kernels/**/*.as.ts", { cwd: root }).sort();
const newest = Math.max(
  ...[...sources.map((file) => join(root, file)), import.meta.filename].map(
    (file) => statSync(file).mtimeMs,
  ),
);

await mkdir(out, { recursive: true });
for (const [name, features] of [
  ["kernels.relaxed.wasm", "simd,relaxed-simd,threads"],
  ["kernels.wasm", "simd,threads"],
]) {
  const file = join(out, name);
  if (existsSync(file) && statSync(file).mtimeMs > newest) continue;
  const built = await build(features);
  await writeFile(`${file}.part`, built);
  await rename(`${file}.part`, file);
  console.log(`${relative(root, file)}: ${built.length.toLocaleString("en")} bytes`);
}

async function build(features: string): Promise<Uint8Array> {
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
