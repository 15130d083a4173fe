// What is compared, in jax-js. Every function is given to its jit; an array is used up by what takes it, and `.ref` is one
// more use of it.

import * as jax from "@jax-js/jax";

const { numpy: np, nn, tree } = jax;

export const name = "jax-js";

/** On "wasm" it takes as many threads as the browser said that the processor has when this was loaded. */
export async function open(device) {
  const devices = await jax.init(device);
  if (!devices.includes(device)) throw new Error(`it finds no ${device}`);
  jax.defaultDevice(device);
}

const array = (values, shape) => np.array(values, { shape });

/** The three products of a matmul, as in kernels/matmul/matmul.ts. */
const products = {
  forward: (inp, weight) => np.matmul(inp, weight.transpose()),
  dinp: (dout, weight) => np.matmul(dout, weight),
  dweight: (dout, inp) => np.matmul(dout.transpose(), inp),
};

const layernorm = (x, weight, bias) => nn.standardize(x, -1).mul(weight).add(bias);

/** (B, T, 3C) -> (B, T, C) */
function attention(qkv, B, T, C, NH) {
  const [q, k, v] = np.split(qkv, 3, -1).map((x) => x.reshape([B, T, NH, C / NH]));
  return nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([B, T, C]);
}

const functions = {
  matmul: ({ product, rows, C, OC }, inputs) => {
    const shapes = {
      forward: [
        [rows, C],
        [OC, C],
      ],
      dinp: [
        [rows, OC],
        [OC, C],
      ],
      dweight: [
        [rows, OC],
        [rows, C],
      ],
    };
    return [products[product], inputs.map((values, i) => array(values, shapes[product][i]))];
  },
  layernorm: ({ product, rows, C }, [dout, inp, weight, bias]) => {
    const forward = [array(inp, [rows, C]), array(weight, [C]), array(bias, [C])];
    if (product === "forward") return [layernorm, forward];
    return [pullback(layernorm), [array(dout, [rows, C]), ...forward]];
  },
  attention: ({ product, B, T, C, NH }, [dout, inp]) => {
    const forward = (qkv) => attention(qkv, B, T, C, NH);
    const qkv = array(inp, [B, T, 3 * C]);
    if (product === "forward") return [forward, [qkv]];
    return [pullback(forward), [array(dout, [B, T, C]), qkv]];
  },
};

/** The gradients with respect to all arguments, as a function of the gradient of the result and the arguments. */
const pullback =
  (f) =>
  (dout, ...args) => {
    const [out, vjp] = jax.vjp(f, args);
    out.dispose();
    const gradients = vjp(dout);
    vjp.dispose();
    return gradients;
  };

/** Prepares one call: `run` makes it so many times and waits, `result` gives what it computed. */
export async function prepare(job, inputs) {
  const [f, args] = functions[job.kernel](job, inputs);
  const jitted = jax.jit(f);
  const call = () => [jitted(...args.map((arg) => arg.ref))].flat();
  return {
    async run(calls) {
      const outs = Array.from({ length: calls }, call);
      await jax.blockUntilReady(outs);
      for (const out of outs.flat()) out.dispose();
    },
    async result() {
      const outs = call();
      const first = await outs[0].data();
      for (const out of outs.slice(1)) out.dispose();
      return first;
    },
    dispose() {
      jitted.dispose();
      for (const arg of args) arg.dispose();
    },
  };
}

/** The mean loss of a GPT-2 on a batch. Tokens come as rows of 0 and one 1: looking them up has no gradient here. */
function loss(p, inputs, targets, { B, T, C, NH, L, Vp }) {
  const linear = (x, weight, bias) => np.matmul(x, weight.transpose()).add(bias);
  let x = np.matmul(nn.oneHot(inputs, Vp), p.wte.ref).add(p.wpe);
  for (let l = 0; l < L; l++) {
    const w = p.layers[l];
    const qkv = linear(layernorm(x.ref, w.ln1w, w.ln1b), w.qkvw, w.qkvb);
    x = x.add(linear(attention(qkv, B, T, C, NH), w.attprojw, w.attprojb));
    const fch = linear(layernorm(x.ref, w.ln2w, w.ln2b), w.fcw, w.fcb);
    x = x.add(linear(nn.gelu(fch, { approximate: true }), w.fcprojw, w.fcprojb));
  }
  const logits = np.matmul(layernorm(x, p.lnfw, p.lnfb), p.wte.transpose());
  const chosen = nn.logSoftmax(logits, -1).mul(nn.oneHot(targets, Vp));
  return chosen.sum().mul(-1 / (B * T));
}

/** One step of training: loss, gradients, clipping, AdamW, all in one jit, as in kernels/model/train.ts. */
function step(sizes, { lr, beta1, beta2, eps, weightDecay, maxNorm }) {
  return (params, m, v, shares, inputs, targets) => {
    const [value, grads] = jax.valueAndGrad((p, a, b) => loss(p, a, b, sizes))(
      tree.ref(params),
      inputs,
      targets,
    );
    const squares = tree.leaves(grads).map((grad) => np.square(grad.ref).sum());
    const norm = np.sqrt(squares.reduce((sum, square) => sum.add(square)));
    const factor = np.minimum(np.array(maxNorm).div(norm), 1);
    const [mShare, vShare] = np.split(shares, 2);
    const clipped = tree.map((grad) => grad.mul(factor.ref), grads);
    const mean = tree.map((m, grad) => m.mul(beta1).add(grad.mul(1 - beta1)), m, tree.ref(clipped));
    const square = tree.map(
      (v, grad) => v.mul(beta2).add(np.square(grad).mul(1 - beta2)),
      v,
      clipped,
    );
    const moved = tree.map(
      (param, m, v) => {
        const kept = param.ndim === 2 ? 1 - lr * weightDecay : 1;
        const root = np.sqrt(v.div(vShare.ref)).add(eps);
        return param.mul(kept).sub(m.div(mShare.ref).div(root).mul(lr));
      },
      params,
      tree.ref(mean),
      tree.ref(square),
    );
    for (const left of [factor, mShare, vShare]) left.dispose();
    return { params: moved, m: mean, v: square, loss: value };
  };
}

/** Makes a tree of arrays from one of { values, shape }. */
const each = (make) => (tree) => {
  if (tree.shape) return make(tree);
  if (Array.isArray(tree)) return tree.map(each(make));
  return Object.fromEntries(Object.entries(tree).map(([key, part]) => [key, each(make)(part)]));
};

/** @param weights the first argument of `loss`, with { values, shape } in place of arrays */
export async function prepareStep(sizes, optimiser, weights) {
  const zeros = each(({ shape }) => np.zeros(shape));
  let state = {
    params: each(({ values, shape }) => array(values, shape))(weights),
    m: zeros(weights),
    v: zeros(weights),
  };
  const jitted = jax.jit(step(sizes, optimiser));
  const ids = (values) => np.array(values, { shape: [sizes.B, sizes.T] });
  return {
    /** Trains on one batch and gives its loss. @param t number of the step, from 1 */
    async step(inputs, targets, t) {
      const { params, m, v } = state;
      const shares = np.array([1 - optimiser.beta1 ** t, 1 - optimiser.beta2 ** t]);
      const next = jitted(params, m, v, shares, ids(inputs), ids(targets));
      state = next;
      await jax.blockUntilReady(next);
      return (await next.loss.data())[0];
    },
    dispose() {
      jitted.dispose();
      tree.dispose({ params: state.params, m: state.m, v: state.v });
    },
  };
}
