/// <reference types="@webgpu/types" />
// Runs a reader's shader in the place of a file's own, through the very bindings with which the file is run elsewhere.

import type { Backend } from "@llm.ts/kernels/backend.ts";
import { createCpu } from "@llm.ts/kernels/cpu.ts";
import type { Gpu } from "@llm.ts/kernels/runtime/gpu.ts";
import { createWebGpu, plainForms } from "@llm.ts/kernels/webgpu.ts";
import { endLoops, keepBindings, mostRounds } from "../cells/instrument.ts";
import type { Argument } from "../cells/messages.ts";
import type { CompilerMessage, ShaderDispatch, ShaderJob, ShaderReport } from "../cells/shader.ts";
import { describe, NoGpu, requestDevice } from "../gpu/device.ts";

const report = (report: ShaderReport): void => self.postMessage(report);

self.onmessage = async ({ data }: MessageEvent<ShaderJob>) => {
  try {
    await run(data);
  } catch (error) {
    const message = sentence((error as Error).message);
    report({ type: "failed", message, absent: error instanceof NoGpu });
  }
};

async function run({ original, edited, kernel, calls, dispatches }: ShaderJob): Promise<void> {
  const { device, adapter } = await requestDevice();
  const messages = await compile(device, edited);
  report({ type: "compiled", messages });
  if (messages.some(({ severity }) => severity === "error")) return;

  const backend = createWebGpu(device, { choices: plainForms });
  const endless = replaceShader(backend.gpu, { original, edited });
  const onGpu: Argument[][] = [];
  for (const [i, args] of calls.entries()) {
    const dispatch = dispatches?.[i];
    onGpu.push(
      await (dispatch
        ? runDispatch(backend, original, dispatch, args)
        : call(backend, kernel, args)),
    );
  }
  const line = await endless();
  device.destroy();
  if (line > 0) return report({ type: "endless", line, rounds: mostRounds });

  const cpu = createCpu(Float32Array);
  const inTypeScript: Argument[][] = [];
  for (const args of dispatches ? [] : calls) inTypeScript.push(await call(cpu, kernel, args));
  const adapterName = describe(adapter).name;
  report({ type: "ran", adapter: adapterName, gpu: onGpu, typescript: inTypeScript });
}

/**
 * Makes a GPU run the reader's text wherever the file's own is asked for.
 *
 * @returns tells the line of a loop that was ended because it went round too often; 0 if there was none
 */
function replaceShader(
  gpu: Gpu,
  { original, edited }: { original: string; edited: string },
): () => Promise<number> {
  const line = gpu.alloc(1);
  const runFile = gpu.run;
  gpu.run = ({ code, entryPoint }, overrides, tensors, workgroups, uniform) => {
    if (code !== original) {
      return runFile({ code, entryPoint }, overrides, tensors, workgroups, uniform);
    }
    // Numbers that change from call to call are bound after the tensors, where the line would be.
    if (uniform) {
      const bound = keepBindings(original, edited, entryPoint);
      return runFile({ code: bound, entryPoint }, overrides, tensors, workgroups, uniform);
    }
    const ended = endLoops(original, edited, entryPoint, tensors.length);
    runFile({ code: ended, entryPoint }, overrides, [...tensors, line], workgroups);
  };
  return async () => new Uint32Array((await gpu.read(line)).buffer)[0];
}

/** What the compiler says of a text, apart from all that a pipeline would add to it. */
async function compile(device: GPUDevice, code: string): Promise<CompilerMessage[]> {
  device.pushErrorScope("validation"); // the errors are in the messages
  const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
  await device.popErrorScope();
  return messages.map(({ type, message, lineNum, linePos, length }) => ({
    severity: type,
    text: message,
    line: lineNum,
    column: linePos,
    length,
  }));
}

/** Runs the shader of an exercise. @returns the arguments after it */
async function runDispatch(
  { gpu }: { gpu: Gpu },
  code: string,
  { entryPoint, overrides, tensors, workgroups }: ShaderDispatch,
  args: readonly Argument[],
): Promise<Argument[]> {
  const bound = tensors.map((argument) => {
    const values = args[argument] as Float32Array;
    const tensor = gpu.alloc(values.length);
    gpu.write(tensor, values);
    return tensor;
  });
  gpu.run({ code, entryPoint }, { ...overrides }, bound, workgroups);
  gpu.submit();
  const after = [...args];
  for (const [i, argument] of tensors.entries()) after[argument] = await gpu.read(bound[i]);
  return after;
}

/** Calls a kernel of a tier. @returns the arguments after it */
async function call<Tensor, Ids>(
  backend: Backend<Tensor, Ids>,
  kernel: string,
  args: readonly Argument[],
): Promise<Argument[]> {
  const handles = args.map((argument) => {
    if (argument instanceof Int32Array) {
      const ids = backend.allocIds(argument.length);
      backend.writeIds(ids, argument);
      return ids;
    }
    if (!(argument instanceof Float32Array)) return argument;
    const [tensor] = backend.alloc([argument.length]);
    backend.write(tensor, argument);
    return tensor;
  });
  (backend as unknown as Record<string, (...args: unknown[]) => void>)[kernel](...handles);
  backend.submit();
  const after: Argument[] = [];
  for (const [i, argument] of args.entries()) {
    const isTensor = argument instanceof Float32Array;
    after.push(isTensor ? new Float32Array(await backend.read(handles[i] as Tensor)) : argument);
  }
  return after;
}

/** A device's complaint as a sentence; what the device says after the first line is about its own insides. */
function sentence(message: string): string {
  const [first] = message.trim().split("\n");
  const text = first[0].toUpperCase() + first.slice(1);
  const advice = /was lost/.test(first)
    ? " A shader that keeps the GPU busy for seconds is ended by the browser: is there a loop that never ends? Run it again in a moment."
    : "";
  return `${/[.!?]$/.test(text) ? text : `${text}.`}${advice}`;
}
