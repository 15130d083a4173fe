// The Mersenne Twister: the generator behind torch.manual_seed, and so behind the order in which llm.c deals its data.
// Source: Matsumoto and Nishimura 1998, "Mersenne Twister: A 623-Dimensionally Equidistributed Uniform Pseudo-Random Number
// Generator".

const words = 624; // of state
const shift = 397;

/**
 * Opens the sequence of a seed.
 *
 * @param seed integer from 0 to 2^32 - 1
 * @returns a function that gives the next 32 bits as an integer from 0 to 2^32 - 1
 */
export function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(words);
  state[0] = seed;
  for (let i = 1; i < words; i++) {
    state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  }
  let used = words;
  return () => {
    if (used === words) {
      twist(state);
      used = 0;
    }
    let y = state[used++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

/** The next 624 words: each from the upper bit of one, the lower bits of the next, and one 397 further on. */
function twist(state: Uint32Array): void {
  for (let i = 0; i < words; i++) {
    const y = (state[i] & 0x80000000) | (state[(i + 1) % words] & 0x7fffffff);
    state[i] = state[(i + shift) % words] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}
