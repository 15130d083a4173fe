// npm run reference -- --check as a process of its own. In place of PyTorch stands a script that hands out files prepared
// here, so that it can be seen which differences are found. That the files are what PyTorch computes, the check itself says.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  readSafetensors,
  type Safetensors,
  writeSafetensors,
} from "@llm.ts/kernels/formats/safetensors.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

let folder: string; // with the files that were kept
let python: string;

beforeEach(() => {
  const temporary = mkdtempSync(join(tmpdir(), "check-"));
  folder = join(temporary, "kept");
  cpSync(path("public/reference"), folder, { recursive: true });
  python = join(temporary, "python");
  const made = path("public/reference");
  writeFileSync(
    python,
    `#!/bin/sh\n[ "$1" = -c ] || cp "${made}/$(basename "$1" .py)"*.safetensors "$REFERENCE_DIR"\n`,
    { mode: 0o755 },
  );
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

function check() {
  const args = [path("scripts/reference.ts"), "--check", "--folder", folder];
  const env = { ...process.env, PYTHON: python };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  return { status, printed: stdout + stderr };
}

/** Changes one of the kept files. */
function edit(name: string, change: (file: Safetensors) => void): void {
  const kept = join(folder, `${name}.safetensors`);
  const file = readSafetensors(readFileSync(kept));
  change(file);
  writeFileSync(kept, writeSafetensors(file));
}

function tensor(file: Safetensors, name: string) {
  const found = file.tensors.get(name);
  if (!found) throw new Error(`no tensor ${name}`);
  return found;
}

describe("npm run reference -- --check", () => {
  test("passes where all files are the same, and says so for each", () => {
    const { status, printed } = check();
    expect(printed).toContain(`All ${readdirSync(folder).length} files are what PyTorch computes`);
    for (const name of readdirSync(folder)) {
      expect(printed).toMatch(new RegExp(`^${name} +\\d+ +\\d+ {2}the same bits$`, "m"));
    }
    expect(status).toBe(0);
  });

  test("passes where values differ in their last bits", () => {
    edit("layernorm", (file) => {
      const { data } = tensor(file, "lesson.out");
      for (let i = 0; i < data.length; i++) data[i] *= 1 + 3e-7;
    });
    const { status, printed } = check();
    expect(printed).toMatch(/^layernorm\.safetensors .* agrees, worst element off by \d\.\de-7$/m);
    expect(status).toBe(0);
  });

  test("finds every value, shape, tensor and size that differs, and names each", () => {
    edit("layernorm", (file) => {
      tensor(file, "lesson.dinp").data[7] += 0.001;
      tensor(file, "lesson.out").data[3] = Number.NaN;
      tensor(file, "wide.rstd").data[5] = Number.POSITIVE_INFINITY;
      const { data } = tensor(file, "lesson.inp");
      file.tensors.set("lesson.inp", { dtype: "F32", shape: [48], data: Float32Array.from(data) });
      file.tensors.delete("odd.dbias");
      file.tensors.set("odd.more", { dtype: "F32", shape: [], data: Float32Array.of(1) });
      file.metadata.sizes = "{}";
    });
    edit("encoder", (file) => {
      expect(tensor(file, "lesson.inp").dtype).toBe("I32");
      tensor(file, "lesson.inp").data[0] += 1;
    });
    edit("gelu", (file) => {
      const huge = new Float32Array(80_000);
      file.tensors.set("odd.more", { dtype: "F32", shape: [80_000], data: huge });
    });
    const { status, printed } = check();
    for (const expected of [
      /^layernorm\.safetensors .* 7 wrong$/m,
      /^ {2}lesson\.dinp: element 7 is .*, PyTorch makes/m,
      /^ {2}lesson\.out: element 3 is NaN, PyTorch makes/m,
      /^ {2}wide\.rstd: element 5 is Infinity, PyTorch makes/m,
      /^ {2}lesson\.inp: it is F32 \(48\), PyTorch makes F32 \(2, 3, 8\)$/m,
      /^ {2}odd\.dbias: missing/m,
      /^ {2}odd\.more: extra/m,
      /^ {2}the sizes differ$/m,
      /^encoder\.safetensors .* 1 wrong\n {2}lesson\.inp: element 0 is \d+, PyTorch makes \d+$/m,
      /^ {2}gelu\.safetensors has \d+ bytes, more than the 300000 that are allowed$/m,
      /^3 of \d+ files are not what PyTorch computes here/m,
    ]) {
      expect(printed).toMatch(expected);
    }
    expect(status).toBe(1);
  });

  test("finds a file that is missing, one too many, and one that is damaged", () => {
    rmSync(join(folder, "gelu.safetensors"));
    writeFileSync(join(folder, "nolayer.safetensors"), "");
    writeFileSync(join(folder, "matmul.safetensors"), "matmul");
    const { status, printed } = check();
    expect(printed).toMatch(
      /^gelu\.safetensors .* 1 wrong\n {2}missing: it is not in the folder$/m,
    );
    expect(printed).toMatch(
      /^nolayer\.safetensors .* 1 wrong\n {2}extra: no \.py file writes it$/m,
    );
    expect(printed).toMatch(
      /^matmul\.safetensors .* 1 wrong\n {2}safetensors: the file has 6 bytes/m,
    );
    expect(status).toBe(1);
  });

  test("a layer whose script fails stops it", () => {
    writeFileSync(python, '#!/bin/sh\n[ "$1" = -c ] || exit 3\n', { mode: 0o755 });
    const { status, printed } = check();
    expect(printed).toContain("npm run reference: adamw.py failed");
    expect(status).toBe(1);
  });

  test("where there is no PyTorch, it says how to get it", () => {
    writeFileSync(python, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const { status, printed } = check();
    expect(printed).toContain(`PYTHON names ${python}, which cannot import torch and numpy.`);
    expect(printed).toContain("apt-get install python3-torch python3-numpy");
    expect(status).toBe(1);
  });
});
