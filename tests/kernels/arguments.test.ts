import * as adamw from "@llm.ts/kernels/adamw/adamw.ts";
import * as attention from "@llm.ts/kernels/attention/attention.ts";
import * as flash from "@llm.ts/kernels/attention/flash.ts";
import * as clip from "@llm.ts/kernels/clip/clip.ts";
import * as crossentropy from "@llm.ts/kernels/crossentropy/crossentropy.ts";
import * as encoder from "@llm.ts/kernels/encoder/encoder.ts";
import * as gelu from "@llm.ts/kernels/gelu/gelu.ts";
import * as layernorm from "@llm.ts/kernels/layernorm/layernorm.ts";
import * as matmul from "@llm.ts/kernels/matmul/matmul.ts";
import * as residual from "@llm.ts/kernels/residual/residual.ts";
import * as softmax from "@llm.ts/kernels/softmax/softmax.ts";
import { expect, test } from "vitest";

// Whoever calls a kernel without the type checker may hand it anything. Of every kernel, every array is replaced by values
// that are no such array, and every size by values that are no size.

const sizes: Record<string, number> = {
  B: 2,
  T: 3,
  C: 8,
  NH: 2,
  OC: 5,
  V: 5,
  Vp: 7,
  N: 12,
  maxT: 4,
};

/**
 * What each kernel takes, in order: arrays with their lengths, sizes, and other numbers with a right value. An array of ids
 * is marked with a #, one that may be null with a question mark.
 */
const kernels: [string, object, string][] = [
  ["encoderForward", encoder, "out:B*T*C #inp:B*T wte:V*C wpe:maxT*C B T C"],
  ["encoderBackward", encoder, "dwte:V*C dwpe:maxT*C dout:B*T*C #inp:B*T B T C"],
  ["layernormForward", layernorm, "out:B*T*C mean:B*T rstd:B*T inp:B*T*C weight:C bias:C B T C"],
  [
    "layernormBackward",
    layernorm,
    "dinp:B*T*C dweight:C dbias:C dout:B*T*C inp:B*T*C weight:C mean:B*T rstd:B*T B T C",
  ],
  ["matmulForward", matmul, "out:B*T*OC inp:B*T*C weight:OC*C bias?:OC B T C OC"],
  [
    "matmulBackward",
    matmul,
    "dinp:B*T*C dweight:OC*C dbias?:OC dout:B*T*OC inp:B*T*C weight:OC*C B T C OC",
  ],
  ["attentionForward", attention, "out:B*T*C preatt:B*NH*T*T att:B*NH*T*T inp:B*T*3*C B T C NH"],
  [
    "attentionBackward",
    attention,
    "dinp:B*T*3*C dpreatt:B*NH*T*T datt:B*NH*T*T dout:B*T*C inp:B*T*3*C att:B*NH*T*T B T C NH",
  ],
  ["attentionFlashForward", flash, "out:B*T*C lse:B*NH*T inp:B*T*3*C B T C NH"],
  [
    "attentionFlashBackward",
    flash,
    "dinp:B*T*3*C dout:B*T*C out:B*T*C inp:B*T*3*C lse:B*NH*T B T C NH",
  ],
  ["geluForward", gelu, "out:N inp:N N"],
  ["geluBackward", gelu, "dinp:N dout:N inp:N N"],
  ["residualForward", residual, "out:N inp1:N inp2:N N"],
  ["residualBackward", residual, "dinp1:N dinp2:N dout:N N"],
  ["softmaxForward", softmax, "probs:B*T*Vp logits:B*T*Vp B T V Vp"],
  ["softmaxBackward", softmax, "dlogits:B*T*Vp dprobs:B*T*Vp probs:B*T*Vp B T V Vp"],
  ["crossentropyForward", crossentropy, "losses:B*T probs:B*T*Vp #targets:B*T B T Vp"],
  [
    "crossentropyBackward",
    crossentropy,
    "dprobs:B*T*Vp dlosses:B*T probs:B*T*Vp #targets:B*T B T Vp",
  ],
  [
    "crossentropySoftmaxBackward",
    crossentropy,
    "dlogits:B*T*Vp dlosses:B*T probs:B*T*Vp #targets:B*T B T V Vp",
  ],
  [
    "crossentropySoftmaxFused",
    crossentropy,
    "logits:B*T*Vp losses:B*T dlosses:B*T #targets:B*T B T V Vp",
  ],
  ["crossentropyMean", crossentropy, "mean:1 losses:N N"],
  ["gradientSquares", clip, "sum:1 grads:N N"],
  ["clipGradients", clip, "grads:N sum:1 maxNorm=1 N"],
  [
    "adamwUpdate",
    adamw,
    "params:N grads:N m:N v:N t=1 lr=0.1 beta1=0.9 beta2=0.95 eps=1e-8 weightDecay=0.1 N",
  ],
];

test.each(kernels)(
  "%s names every argument that is wrong, and writes nothing",
  (kernel, layer, signature) => {
    const call = (layer as Record<string, (...args: unknown[]) => void>)[kernel];
    const parameters = signature.split(" ");
    call(...parameters.map(rightValue)); // all of them right

    parameters.forEach((parameter, place) => {
      const name = parameter.replace(/[#?]|[:=].*/g, "");
      for (const wrong of wrongValues(parameter)) {
        const args = parameters.map(rightValue);
        const before = structuredClone(args);
        args[place] = wrong;
        const given = `${wrong?.constructor.name} ${wrong}`;
        expect(() => call(...args), given).toThrow(new RegExp(`^${kernel}: ${name} (is|has) `));
        const others = (values: unknown[]) => values.toSpliced(place, 1);
        expect(others(args), given).toEqual(others(before));
      }
    });
  },
);

test.each([
  [{}, "inp is of type object, expected an Int32Array of B*T = 2 values"],
  [null, "inp is null, expected an Int32Array of B*T = 2 values"],
  [new Float32Array(2), "inp is of type Float32Array, expected an Int32Array of B*T = 2 values"],
  [[0, 0], "inp is a plain array, expected an Int32Array of B*T = 2 values"],
])("ids that are %o are refused by their type", (inp, message) => {
  const [out, table] = [new Float32Array(6), new Float32Array(6)];
  const call = () => encoder.encoderForward(out, inp as Int32Array, table, table, 1, 2, 3);
  expect(call).toThrow(new TypeError(`encoderForward: ${message}`));
});

function rightValue(parameter: string): unknown {
  if (parameter.includes("=")) return Number(parameter.split("=")[1]);
  if (!parameter.includes(":")) return sizes[parameter];
  const length = lengthOf(parameter);
  return parameter.startsWith("#")
    ? new Int32Array(length).fill(1)
    : new Float32Array(length).fill(0.5);
}

function lengthOf(parameter: string): number {
  const factors = parameter.replace(/^.*:/, "").split("*");
  return factors.reduce((product, factor) => product * (sizes[factor] ?? Number(factor)), 1);
}

function wrongValues(parameter: string): (object | string | number | boolean | null | undefined)[] {
  // Text would be joined to sqrt(vHat), not added, and null would count as 0.
  if (parameter.includes("=")) return [Number.NaN, -1, "0.5", null, undefined, true];
  if (!parameter.includes(":")) return [Number.NaN, 0, -1, 2.5, 1 / 0, "2", null, true];
  const length = lengthOf(parameter);
  const ids = parameter.startsWith("#");
  const arrays = [Uint8Array, Uint16Array, BigInt64Array, ids ? Float32Array : Int32Array];
  return [
    ...arrays.map((TypedArray) => new TypedArray(length)),
    ...[Array(length).fill(1), new DataView(new ArrayBuffer(4 * length)), "1".repeat(length)],
    ...[length, undefined, ...(parameter.includes("?") ? [] : [null])],
    // Of the tables of the encoder, one row more or less is another vocabulary.
    ids ? new Int32Array(length + 1) : new Float32Array(length + 1),
    ids ? new Int32Array(length - 1) : new Float32Array(length - 1),
  ];
}
