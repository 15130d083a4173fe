// A GPU for Node on every machine: on Linux SwiftShader, which a Chromium brings, as the one GPU that there is.

import { existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { findChromium } from "./chromium.ts";

const icd = "vk_swiftshader_icd.json";

/** Whether it is used: Macs and Windows bring a GPU of their own, real or not, and no Vulkan. */
export const software = process.platform === "linux";

/**
 * The environment in which Dawn finds SwiftShader, and nothing else; or, elsewhere than on Linux, what there is.
 *
 * @throws Error if the Chromium that is found brings none: tests must not pass by not being run
 */
export async function withSwiftShader(): Promise<NodeJS.ProcessEnv> {
  if (!software) return process.env;
  const { executablePath = "" } = await findChromium();
  const own = dirname(realpathSync(executablePath));
  const folders = [own, ...versions(own), "/usr/lib/chromium", "/opt/google/chrome"];
  const folder = folders.find((folder) => existsSync(join(folder, icd)));
  if (folder === undefined) throw new Error(`no ${icd} in ${folders.join(", ")}`);
  const libraries = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return { ...process.env, VK_ICD_FILENAMES: join(folder, icd), LD_LIBRARY_PATH: libraries };
}

/** Folders beside the program in which a system keeps its parts. */
function versions(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}
