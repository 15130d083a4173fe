import type { Floats } from "@llm.ts/kernels/runtime/check.ts";

/**
 * The gradient of a loss by central differences, in float64.
 *
 *   dloss/dx_i = (loss(x_i + h) - loss(x_i - h)) / 2h, wrong by O(h^2) from the cut-off and O(1e-16 / h) from rounding
 *
 * With h = 1e-5 both are near 1e-10. Source: Press et al., Numerical Recipes, section 5.7.
 *
 * @param x the point; each element is moved and put back
 * @param loss computes the loss from the present values of x
 */
export function numericalGradient(x: Float64Array, loss: () => number, h = 1e-5): Float64Array {
  return x.map((value, i) => {
    x[i] = value + h;
    const above = loss();
    x[i] = value - h;
    const below = loss();
    x[i] = value;
    return (above - below) / (2 * h);
  });
}

/** sum_i a_i b_i: with dout as weights, the scalar loss whose gradient with respect to out is dout. */
export function dot(a: Floats, b: Floats): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
