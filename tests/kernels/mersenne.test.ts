import { mersenneTwister } from "@llm.ts/kernels/runtime/mersenne.ts";
import { expect, test } from "vitest";

// torch.manual_seed(137); torch.randint(0, 0xFFFFFFFF, [1]).item(), five times
test("the Mersenne Twister gives the numbers that PyTorch gives for the same seed", () => {
  const next = mersenneTwister(137);
  const numbers = Array.from({ length: 5 }, next);
  expect(numbers).toEqual([4053805790, 2173880614, 380293709, 1237255315, 2986595568]);
});

// numpy.random.RandomState(42).randint(0, 2**32, 2000, dtype=numpy.uint32), of which these are the last of each 624
test("it goes on rightly after its state is used up", () => {
  const next = mersenneTwister(42);
  const numbers = Array.from({ length: 2000 }, next);
  expect([623, 624, 1247, 1248, 1999].map((i) => numbers[i])).toEqual([
    1077437785, 108880612, 1014112781, 2655384025, 2238969328,
  ]);
});
