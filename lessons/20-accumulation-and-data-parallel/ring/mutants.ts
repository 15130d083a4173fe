// Ways to pass chunks on wrongly: each an edit of solution.ts, with what the page says about it.

import type { Mutant } from "../../../src/cells/mutants.ts";

const next = "(from + 1) % machines;";
const chunk = "(from - step + machines) % machines;";
const add = "grads[to * N + i] += grads[from * N + i];";
const range = "let i = chunk * length; i < (chunk + 1) * length; i++";

export const mutants: Mutant[] = [
  {
    name: "always its own chunk",
    find: chunk,
    replace: "from;",
    says: "Step 0 is right, but in every later step each machine sends its own chunk again. It has to pass on what arrived in the step before: chunk from - step, around the ring.",
  },
  {
    name: "forward through the chunks",
    find: chunk,
    replace: "(from + step) % machines;",
    says: "With each step the chunk goes up by one. But what machine r has just received is the chunk of machine r - 1, so it goes down: from - step.",
  },
  {
    name: "the same chunk everywhere",
    find: chunk,
    replace: "step;",
    says: "In a step all machines send the same chunk, so each adds what the one before it has only just changed, and all other chunks wait. Every machine sends a different one.",
  },
  {
    name: "the chunk that arrives",
    find: chunk,
    replace: "(from - step - 1 + 2 * machines) % machines;",
    says: "Each machine sends the chunk that it is to receive in this step. What is sent is one further: from - step.",
  },
  {
    name: "to the machine before",
    find: next,
    replace: "(from - 1 + machines) % machines;",
    says: "The chunks travel the other way around the ring. Machine r sends to machine r + 1.",
  },
  {
    name: "two machines on",
    find: next,
    replace: "(from + 2) % machines;",
    says: "The chunks skip a machine. Machine r sends to machine r + 1.",
  },
  {
    name: "to itself",
    find: next,
    replace: "from;",
    says: "Each machine adds the chunk to its own copy, which doubles it. It goes to the next machine.",
  },
  {
    name: "the ring not closed",
    find: "from < machines; from++",
    replace: "from < machines - 1; from++",
    says: "The last machine sends nothing. It sends to machine 0: that closes the ring.",
  },
  {
    name: "copied instead of added",
    find: add,
    replace: "grads[to * N + i] = grads[from * N + i];",
    says: "What arrives is written over what was there, so the receiver's own part is lost. It is added: a reduce-scatter sums. Writing over comes later, in the all-gather.",
  },
  {
    name: "added at the sender",
    find: add,
    replace: "grads[from * N + i] += grads[to * N + i];",
    says: "The sum is made in the sender's copy. The receiver has to hold it, since it passes it on in the next step.",
  },
  {
    name: "the whole gradient",
    find: range,
    replace: "let i = 0; i < N; i++",
    says: "Every machine sends its whole gradient. Only one chunk travels in a step: N / machines numbers.",
  },
  {
    name: "a chunk without its last number",
    find: range,
    replace: "let i = chunk * length; i < (chunk + 1) * length - 1; i++",
    says: "The last number of each chunk is left out: a chunk goes up to (chunk + 1) * length.",
  },
  {
    name: "chunks one number apart",
    find: range,
    replace: "let i = chunk; i < chunk + length; i++",
    says: "Chunk c begins at c * length, not at c.",
  },
  {
    name: "a mean of two",
    find: add,
    replace: "grads[to * N + i] = (grads[to * N + i] + grads[from * N + i]) / 2;",
    says: "Each step takes the mean of two, so that what joined last counts most. Add up here; divide by the number of machines once, at the end.",
  },
  {
    name: "one chunk ahead",
    find: chunk,
    replace: "(from - step + 1 + machines) % machines;",
    says: "Each machine sends chunk from + 1 - step, which is one too far. In step 0 it sends its own: from - step.",
  },
  {
    name: "a chunk that stays at 0",
    find: chunk,
    replace: "Math.max(0, from - step);",
    says: "from - step is held at 0 where it falls below. Around the ring, what comes before chunk 0 is the last one: add machines, and take the remainder.",
  },
  {
    name: "without the sign",
    find: chunk,
    replace: "Math.abs(from - step) % machines;",
    says: "from - step has lost its minus. Around the ring, what comes before chunk 0 is the last one, not chunk 1: add machines, and take the remainder.",
  },
  {
    name: "a remainder below 0",
    find: chunk,
    replace: "(from - step) % machines;",
    says: "from - step falls below 0, and its remainder does too, so there is no such chunk. Add machines before you take the remainder.",
    byNaN: true,
  },
  {
    name: "always the first chunk",
    find: range,
    replace: "let i = 0; i < length; i++",
    says: "Every machine sends the first chunk. Chunk c goes from c * length to (c + 1) * length.",
  },
  {
    name: "the receiver moves on",
    find: next,
    replace: "(from + step + 1) % machines;",
    says: "The receiver moves on with each step. In a ring each machine has one neighbour that it always sends to: from + 1.",
  },
  {
    name: "handed over, not copied",
    find: add,
    replace: `${add}
      grads[from * N + i] = 0;`,
    says: "What has been sent is set to 0 at the sender. It is only read there: nothing but the receiver's numbers change.",
  },
  {
    name: "the receiver's own chunk",
    find: "+= grads[from * N + i]",
    replace: "+= grads[to * N + i]",
    says: "The receiver adds its own chunk to itself, and nothing travels: what is added is read from the sender, at from * N + i.",
  },
  {
    name: "farther with each step",
    find: "(from + 1) % machines",
    replace: "(from + step) % machines",
    says: "The chunk is sent over a distance that grows with the step, and in step 0 to its own sender. In a ring every machine sends to its neighbour, always: from + 1.",
  },
  {
    name: "the receiver's chunk",
    find: chunk,
    replace: "to;",
    says: "Each machine sends the chunk with its neighbour's number, in every step. It sends the one that has just arrived: from - step, around the ring.",
  },
  {
    name: "the sum in both",
    find: add,
    replace: `${add}
      grads[from * N + i] = grads[to * N + i];`,
    says: "The sum is written back to the sender, which should only be read. It gets the sums when all are complete, in the second half of the way.",
  },
];
