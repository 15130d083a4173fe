// The drawn cases of kernels, by the name of the kernel: sizes that all differ, one of them 1 in turn, and numbers at the ends
// of what may come. What a forward pass hands to the backward pass is what it computes.

import { attentionForward } from "@llm.ts/kernels/attention/attention.ts";
import { attentionGroupedForward } from "@llm.ts/kernels/attention/grouped.ts";
import { layernormForward } from "@llm.ts/kernels/layernorm/layernorm.ts";
import type { KernelName } from "@llm.ts/kernels/layers.ts";
import { rmsnormForward } from "@llm.ts/kernels/rmsnorm/rmsnorm.ts";
import { ropeAngles } from "@llm.ts/kernels/rope/rope.ts";
import { softmaxForward } from "@llm.ts/kernels/softmax/softmax.ts";
import type { Case, Draw, FloatTensor, Sizes, Tensor } from "./check.ts";

export const draws: Readonly<Partial<Record<KernelName, (draw: Draw) => Case[]>>> = {
  encoderForward: (draw) =>
    encoder(draw, ({ B, T, V, maxT, C }) => ({
      out: draw.empty([B, T, C]),
      wte: draw.normal([V, C]),
      wpe: draw.normal([maxT, C]),
    })),
  encoderBackward: (draw) =>
    encoder(draw, ({ B, T, V, maxT, C }) => ({
      dwte: draw.empty([V, C]),
      dwpe: draw.empty([maxT, C]),
      dout: draw.normal([B, T, C]),
    })),

  layernormForward(draw) {
    const [B, T, C] = draw.different(3, 2, 7);
    return draw.eachOnce({ B, T, C }, ({ B, T, C }) => {
      const inp = rowsApart(draw, [B, T, C]);
      inp.data.fill(2, 0, C); // a row without spread
      const outputs = { out: draw.empty([B, T, C]), mean: draw.empty([B, T]) };
      const rest = { rstd: draw.empty([B, T]), weight: draw.normal([C]), bias: draw.normal([C]) };
      return { tensors: { ...outputs, ...rest, inp } };
    });
  },
  layernormBackward(draw) {
    const [B, T, C] = draw.different(3, 2, 7);
    return draw.eachOnce({ B, T, C }, ({ B, T, C }) => {
      const inp = rowsApart(draw, [B, T, C]);
      const [weight, out] = [draw.normal([C]), draw.empty([B, T, C])];
      const [mean, rstd] = [draw.empty([B, T]), draw.empty([B, T])];
      const [m, r] = [mean.data, rstd.data];
      layernormForward(out.data, m, r, inp.data, weight.data, weight.data, B, T, C);
      const gradients = { dinp: draw.empty([B, T, C]), dweight: draw.empty([C]) };
      const dout = draw.normal([B, T, C]);
      return { tensors: { ...gradients, dbias: draw.empty([C]), dout, inp, weight, mean, rstd } };
    });
  },

  matmulForward: (draw) =>
    matmul(draw, ({ B, T, OC }) => ({ out: draw.empty([B, T, OC]), bias: draw.normal([OC]) })),
  matmulBackward: (draw) =>
    matmul(draw, ({ B, T, C, OC }) => ({
      dinp: draw.empty([B, T, C]),
      dweight: draw.empty([OC, C]),
      dbias: draw.empty([OC]),
      dout: draw.normal([B, T, OC]),
    })),

  attentionForward: (draw) => attention(draw, () => ({})),
  attentionBackward: (draw) =>
    attention(draw, ({ B, T, C, NH }) => ({
      dinp: draw.empty([B, T, 3 * C]),
      dpreatt: draw.empty([B, NH, T, T]),
      datt: draw.empty([B, NH, T, T]),
      dout: draw.normal([B, T, C]),
    })),

  attentionGroupedForward: (draw) => grouped(draw, () => ({})),
  attentionGroupedBackward: (draw) =>
    grouped(draw, ({ B, T, NH, NKV, hs }) => ({
      dqkv: draw.empty([B, T, (NH + 2 * NKV) * hs]),
      dout: draw.normal([B, T, NH * hs]),
    })),

  geluForward: (draw) => vectors(draw, 5, ({ N }) => ({ out: draw.empty([N]), inp: far(draw, N) })),
  geluBackward: (draw) =>
    vectors(draw, 5, ({ N }) => ({
      ...{ dinp: draw.empty([N]), dout: draw.normal([N]), inp: far(draw, N) },
    })),

  ropeForward: (draw) => turns(draw, "qkv"),
  ropeBackward: (draw) => turns(draw, "dqkv"),

  residualForward: (draw) =>
    vectors(draw, 2, ({ N }) => ({
      ...{ out: draw.empty([N]), inp1: draw.normal([N]), inp2: draw.normal([N]) },
    })),
  residualBackward: (draw) =>
    vectors(draw, 2, ({ N }) => ({
      ...{ dinp1: draw.empty([N]), dinp2: draw.empty([N]), dout: draw.normal([N]) },
    })),

  softmaxForward: (draw) =>
    vocabulary(draw, ({ B, T, V, Vp }) => {
      const logits = draw.normal([B, T, Vp], 2);
      for (let bt = 0; bt < B * T; bt++) {
        // Rows far from 0, and from one another: past any number that a maximum may be begun with.
        const level = (bt % 2 === 0 ? -1 : 1) * 10 ** draw.whole(0, 30);
        for (let i = 0; i < Vp; i++) logits.data[bt * Vp + i] += level;
      }
      for (let i = 0; i < B * T * Vp; i++) if (i % Vp >= V) logits.data[i] = 1e30; // means nothing
      return { probs: draw.empty([B, T, Vp]), logits };
    }),
  softmaxBackward: (draw) =>
    vocabulary(draw, (sizes) => {
      const { B, T, Vp } = sizes;
      const [dlogits, dprobs] = [draw.empty([B, T, Vp]), draw.normal([B, T, Vp])];
      return { dlogits, dprobs, probs: probabilities(draw, sizes) };
    }),

  crossentropyForward: (draw) =>
    smallProbabilities(draw, ({ B, T }) => ({ losses: draw.empty([B, T]) })),
  crossentropyBackward: (draw) =>
    smallProbabilities(draw, ({ B, T, Vp }) => ({
      ...{ dprobs: draw.empty([B, T, Vp]), dlosses: draw.normal([B, T]) },
    })),
  crossentropySoftmaxBackward: (draw) =>
    vocabulary(draw, (sizes) => {
      const { B, T, V, Vp } = sizes;
      const [dlogits, dlosses] = [draw.empty([B, T, Vp]), draw.normal([B, T])];
      const [probs, targets] = [probabilities(draw, sizes), draw.ids([B, T], V)];
      return { dlogits, dlosses, probs, targets };
    }),
  crossentropySoftmaxFused: (draw) =>
    vocabulary(draw, ({ B, T, V, Vp }) => {
      const [losses, dlosses] = [draw.empty([B, T]), draw.normal([B, T])];
      const [logits, targets] = [draw.normal([B, T, Vp], 2), draw.ids([B, T], V)];
      return { logits, losses, dlosses, targets };
    }),

  adamwUpdate(draw) {
    const percent = (from: number, to: number) => draw.whole(from, to) / 100;
    // The first step, before which m and v are 0, a later one, and one so late that beta1's correction is over.
    return [1, draw.whole(2, 6), draw.whole(500, 900)].flatMap((t) => {
      const settings = {
        ...{ t, lr: percent(10, 40), beta1: percent(60, 85), beta2: percent(90, 98) },
        ...{ eps: percent(1, 9), weightDecay: percent(20, 90) },
      };
      return vectors(draw, 5, ({ N }) => {
        const [params, grads] = [draw.normal([N], 2), draw.normal([N])];
        const [m, v] =
          t === 1 ? [draw.empty([N]), draw.empty([N])] : [draw.normal([N]), draw.normal([N])];
        v.data.forEach((value, i) => {
          v.data[i] = value * value;
        });
        // Of one parameter nothing has ever come; of another the gradient is as small as eps.
        if (N > 2) {
          for (const { data } of [grads, m, v]) data[0] = 0;
          grads.data[1] = m.data[1] = v.data[1] = 1e-4;
        }
        return { params, grads, m, v };
      }).map((one) => ({ ...one, sizes: { ...settings, ...one.sizes } }));
    });
  },
  gradientSquares: (draw) =>
    vectors(draw, 2, ({ N }) => ({ sum: draw.empty([1]), grads: draw.normal([N]) })),
  clipGradients(draw) {
    // Over the limit, and below it.
    return [0.5, 1e3].flatMap((maxNorm) =>
      vectors(draw, 2, ({ N }) => {
        const grads = draw.normal([N]);
        grads.data[0] = 3;
        const sum = draw.empty([1]);
        sum.data[0] = grads.data.reduce((squares, value) => squares + value * value, 0);
        return { grads, sum };
      }).map((one) => ({ ...one, sizes: { maxNorm, ...one.sizes } })),
    );
  },

  rmsnormForward(draw) {
    const [B, T, C] = draw.different(3, 2, 7);
    return draw.eachOnce({ B, T, C }, (of) => {
      const inp = rowsApart(draw, [of.B, of.T, of.C]);
      inp.data.fill(0, 0, of.C); // a row that eps alone keeps from dividing by 0
      const outputs = { out: draw.empty([of.B, of.T, of.C]), rstd: draw.empty([of.B, of.T]) };
      const eps = draw.whole(20, 90) / 100; // beside the mean squares it is not small
      return { sizes: { ...of, eps }, tensors: { ...outputs, inp, weight: draw.normal([of.C]) } };
    });
  },
  swigluForward: (draw) =>
    gates(draw, ({ B, T, F }) => ({
      ...{ out: draw.empty([B, T, F]), inp: draw.normal([B, T, 2 * F], 4) },
    })),
  swigluBackward: (draw) =>
    gates(draw, ({ B, T, F }) => ({
      ...{ dinp: draw.empty([B, T, 2 * F]), dout: draw.normal([B, T, F]) },
      inp: draw.normal([B, T, 2 * F], 2),
    })),
  rmsnormBackward(draw) {
    const [B, T, C] = draw.different(3, 2, 7);
    return draw.eachOnce({ B, T, C }, ({ B, T, C }) => {
      const inp = rowsApart(draw, [B, T, C]);
      const [weight, out, rstd] = [draw.normal([C]), draw.empty([B, T, C]), draw.empty([B, T])];
      rmsnormForward(out.data, rstd.data, inp.data, weight.data, 0.3, B, T, C);
      const gradients = { dinp: draw.empty([B, T, C]), dweight: draw.empty([C]) };
      return { tensors: { ...gradients, dout: draw.normal([B, T, C]), inp, weight, rstd } };
    });
  },
};

const gates = (draw: Draw, make: Make): Case[] => {
  const [B, T, F] = draw.different(3, 2, 7);
  return draw.eachOnce({ B, T, F }, (sizes) => ({ tensors: make(sizes) }));
};

type Make = (sizes: Sizes) => Readonly<Record<string, Tensor>>;

function vectors(draw: Draw, least: number, make: Make): Case[] {
  return draw.eachOnce({ N: draw.whole(least, 40) }, (sizes) => ({ tensors: make(sizes) }));
}

/** Few tokens, so that some come more than once. The table of positions has rows that no token asks for. */
function encoder(draw: Draw, make: Make): Case[] {
  const [B, T, C, V] = draw.different(4, 2, 7);
  const maxT = draw.whole(8, 10);
  return draw.eachOnce({ B, T, C, V }, (of) => {
    const sizes = { ...of, maxT };
    return { sizes, tensors: { ...make(sizes), inp: draw.ids([of.B, of.T], of.V) } };
  });
}

/** Output channels enough for a group of four, and two or three left over. Once there is no bias. */
/** The sums have two vectors of four terms and more, and terms that are left over. */
function matmul(draw: Draw, make: Make): Case[] {
  const [B, T] = draw.different(2, 2, 5);
  const cases = draw.eachOnce({ B, T, C: draw.whole(9, 11), OC: draw.whole(6, 7) }, (sizes) => {
    const [inp, weight] = [draw.normal([sizes.B, sizes.T, sizes.C]), [sizes.OC, sizes.C]];
    return { tensors: { ...make(sizes), inp, weight: draw.normal(weight) } };
  });
  const isBias = (name: string) => name === "bias" || name === "dbias";
  const { tensors, ...first } = cases[0];
  const without = new Map([...tensors].filter(([name]) => !isBias(name)));
  return [...cases, { ...first, tensors: without }];
}

/** C is larger than all other sizes, and equal to none of them. */
function attention(draw: Draw, make: Make): Case[] {
  const [B, T, NH, hs] = draw.different(4, 2, 5);
  return draw.eachOnce({ B, T, NH, hs }, ({ B, T, NH, hs }) => {
    const C = NH * hs;
    const inp = draw.normal([B, T, 3 * C], 1.5);
    const out = draw.empty([B, T, C]);
    const [preatt, att] = [draw.empty([B, NH, T, T]), draw.empty([B, NH, T, T])];
    attentionForward(out.data, preatt.data, att.data, inp.data, B, T, C, NH);
    const sizes = { B, T, C, NH };
    return { sizes, tensors: { inp, out, preatt, att, ...make(sizes) } };
  });
}

/** Heads of queries that share one of keys and values, with a short window, and with one that is longer than the text. */
function grouped(draw: Draw, make: Make): Case[] {
  const [B, T, NKV, sharing, hs] = draw.different(5, 2, 7);
  return [draw.whole(1, T), 100].flatMap((windowSize) =>
    draw.eachOnce({ B, T, NKV, sharing, hs }, ({ B, T, NKV, sharing, hs }) => {
      const NH = NKV * sharing;
      const sizes = { windowSize, B, T, NH, NKV, hs };
      const qkv = draw.normal([B, T, (NH + 2 * NKV) * hs], 1.5);
      const [out, lse] = [draw.empty([B, T, NH * hs]), draw.empty([B, NH, T])];
      attentionGroupedForward(out.data, lse.data, qkv.data, windowSize, B, T, NH, NKV, hs);
      return { sizes, tensors: { out, lse, qkv, ...make(sizes) } };
    }),
  );
}

/** Heads of queries and keys to be turned, in both layouts, by angles of which none is small. */
function turns(draw: Draw, name: string): Case[] {
  const [B, T, NH, NKV, pairs] = draw.different(5, 2, 7);
  return [false, true].flatMap((halves) =>
    draw.eachOnce({ B, T, NH, NKV, pairs }, ({ pairs, ...sizes }) => {
      const { B, T, NH, NKV } = sizes;
      const hs = 2 * pairs;
      const start = draw.whole(1, 100); // else the first token is not turned at all
      const cis = { shape: [T, 2, pairs], data: ropeAngles(T, hs, 3, null, start) };
      return {
        sizes: { apart: halves ? pairs : 1, ...sizes, hs },
        tensors: { [name]: draw.normal([B, T, (NH + 2 * NKV) * hs]), cis },
      };
    }),
  );
}

/** Rows of V logits or probabilities, with padding after them and without. */
function vocabulary(draw: Draw, make: Make): Case[] {
  const [B, T, V] = draw.different(3, 2, 7);
  return [draw.whole(1, 3), 0].flatMap((padding) =>
    draw.eachOnce({ B, T, V }, (of) => {
      const sizes = { ...of, Vp: of.V + padding };
      return { sizes, tensors: make(sizes) };
    }),
  );
}

/** Softmax of random logits. In the first row one token has everything. */
function probabilities(draw: Draw, { B, T, V, Vp }: Sizes): FloatTensor {
  const [probs, logits] = [draw.empty([B, T, Vp]), draw.normal([B, T, Vp], 2)];
  logits.data[draw.whole(0, V - 1)] = 1000;
  softmaxForward(probs.data, logits.data, B, T, V, Vp);
  return probs;
}

/** From 1 down to 1e-20: of the target, any of them. */
function smallProbabilities(draw: Draw, make: Make): Case[] {
  const [B, T, Vp] = draw.different(3, 2, 7);
  return draw.eachOnce({ B, T, Vp }, (sizes) => {
    const probs = draw.empty([sizes.B, sizes.T, sizes.Vp]);
    for (let i = 0; i < probs.data.length; i++) probs.data[i] = 10 ** -draw.whole(0, 20);
    return { tensors: { ...make(sizes), probs, targets: draw.ids([sizes.B, sizes.T], sizes.Vp) } };
  });
}

/** Rows of different spreads around different levels. */
function rowsApart(draw: Draw, shape: readonly number[]): FloatTensor {
  const [tensor, columns] = [draw.normal(shape), shape.at(-1) ?? 1];
  for (let row = 0; row * columns < tensor.data.length; row++) {
    const [level, spread] = [draw.whole(-30, 30) / 10, draw.whole(4, 20) / 10];
    const own = tensor.data.subarray(row * columns, (row + 1) * columns);
    for (const [i, value] of own.entries()) own[i] = level + spread * value;
  }
  return tensor;
}

/** Of either sign, near 0 and far from it. */
function far(draw: Draw, N: number): FloatTensor {
  const tensor = draw.normal([N], 3);
  // Where a tanh made of exponentials is Infinity over Infinity.
  if (N > 2) [tensor.data[0], tensor.data[1]] = [draw.whole(30, 90), -draw.whole(30, 90)];
  return tensor;
}
