// As many multiplications and additions as a core can do, with nothing to wait for: twelve sums, as in matmul's tile.

import { madd, sumLanes } from "../../../kernels/runtime/wasm/vector.as";

/** @returns a number that depends on all of them; 96 operations a round */
export function multiplyAdd(rounds: i32): f32 {
  const x = f32x4.splat(0.999);
  const y = f32x4.splat(0.001);
  let a = y;
  let b = y;
  let c = y;
  let d = y;
  let e = y;
  let f = y;
  let g = y;
  let h = y;
  let i = y;
  let j = y;
  let k = y;
  let l = y;
  for (let round = 0; round < rounds; round++) {
    a = madd(a, x, y);
    b = madd(b, x, y);
    c = madd(c, x, y);
    d = madd(d, x, y);
    e = madd(e, x, y);
    f = madd(f, x, y);
    g = madd(g, x, y);
    h = madd(h, x, y);
    i = madd(i, x, y);
    j = madd(j, x, y);
    k = madd(k, x, y);
    l = madd(l, x, y);
  }
  return (
    sumLanes(f32x4.add(f32x4.add(a, b), f32x4.add(c, d))) +
    sumLanes(f32x4.add(f32x4.add(e, f), f32x4.add(g, h))) +
    sumLanes(f32x4.add(f32x4.add(i, j), f32x4.add(k, l)))
  );
}
