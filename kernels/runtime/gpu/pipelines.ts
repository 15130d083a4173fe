/// <reference types="@webgpu/types" />
// Compiled shaders. Each is compiled once on a device: a second model begins at once.

/** A compute shader: the text of a .wgsl file and the name of one of its entry points. */
export interface Shader {
  readonly code: string;
  readonly entryPoint: string;
}

/** A shader with its constants filled in. It may still be compiling. */
export interface Pipeline {
  readonly key: string; // by which it can be told from all others
  readonly compiled: Promise<GPUComputePipeline>;
}

interface Module {
  readonly module: GPUShaderModule;
  readonly refusal: Promise<GPUError | null>; // what the compiler has against it
}

interface Known {
  readonly modules: Map<string, Module>; // by their code
  readonly pipelines: Map<string, Pipeline>; // by their key
}

const devices = new WeakMap<GPUDevice, Known>();
const codes = new Map<string, number>(); // a short name for each code, for keys

/**
 * Begins to compile a shader, or gives what was compiled before.
 *
 * @param constants the shader's overrides by name
 */
export function pipelineFor(
  device: GPUDevice,
  { code, entryPoint }: Shader,
  constants: Record<string, number>,
): Pipeline {
  const known = devices.get(device) ?? { modules: new Map(), pipelines: new Map() };
  devices.set(device, known);
  const number = codes.get(code) ?? codes.size;
  codes.set(code, number);
  const key = `${entryPoint} ${number} ${JSON.stringify(constants)}`;
  let pipeline = known.pipelines.get(key);
  if (pipeline === undefined) {
    const module = known.modules.get(code) ?? createModule(device, code);
    known.modules.set(code, module);
    pipeline = { key, compiled: compile(device, module, entryPoint, constants) };
    known.pipelines.set(key, pipeline);
  }
  return pipeline;
}

function createModule(device: GPUDevice, code: string): Module {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ code });
  const refusal = device.popErrorScope().catch(() => null); // the device is lost, which is a fault of its own
  return { module, refusal };
}

function compile(
  device: GPUDevice,
  { module, refusal }: Module,
  entryPoint: string,
  constants: Record<string, number>,
): Promise<GPUComputePipeline> {
  const compiled = device
    .createComputePipelineAsync({
      label: entryPoint,
      layout: "auto",
      compute: { module, entryPoint, constants },
    })
    .catch(async (error) => {
      throw (await refusal) ?? error; // what the compiler says, rather than what follows from it
    });
  compiled.catch(() => {}); // reported where it is waited for
  return compiled;
}
