// The words of the course, each in a sentence or two, with the lesson that explains it. In alphabetical order.

export interface Term {
  word: string;
  /** May hold `code`, $mathematics$ and *emphasis*. */
  says: string;
  lesson: string; // slug
}

/** The word's place on the glossary's page. */
export const anchorOf = ({ word }: Pick<Term, "word">): string =>
  word.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

export const glossary: readonly Term[] = [
  {
    word: "activation",
    says: "A number that a layer computes on the way forward, and that the backward pass reads again. Unlike a parameter it belongs to one batch.",
    lesson: "one-block-of-memory",
  },
  {
    word: "AdamW",
    says: "The optimiser of this course: it divides a running mean of each gradient by the root of a running mean of its square, and lets every weight shrink a little on its own.",
    lesson: "adamw",
  },
  {
    word: "aliasing",
    says: "One array passed in two places of the same call. What is written through one name is then read through the other.",
    lesson: "residual",
  },
  {
    word: "all-gather",
    says: "Each machine has a part, and in the end every machine has all parts.",
    lesson: "accumulation-and-data-parallel",
  },
  {
    word: "all-reduce",
    says: "Each machine has its own numbers, and in the end every machine has their sum.",
    lesson: "accumulation-and-data-parallel",
  },
  {
    word: "attention",
    says: "The layer in which a token looks at the tokens before it and takes a weighted mean of what they offer.",
    lesson: "attention",
  },
  {
    word: "autograd",
    says: "PyTorch's machinery that records a forward pass and applies the chain rule to it by itself. Here the derivations are checked against it, and a small one is built.",
    lesson: "a-small-autograd-engine",
  },
  {
    word: "backward pass",
    says: "The way from the loss back to the parameters: each layer is handed the gradient of its outputs and works out those of its inputs and parameters.",
    lesson: "encoder",
  },
  {
    word: "barrier",
    says: "A place in a shader where the threads of a workgroup wait until all of them have arrived.",
    lesson: "layernorm",
  },
  {
    word: "batch",
    says: "The `B` sequences of `T` tokens that one step of training looks at.",
    lesson: "tokens",
  },
  {
    word: "bfloat16",
    says: "A number of 16 bits: the upper half of a float32, with its sign, its 8 bits of exponent and 7 of its fraction.",
    lesson: "fewer-bits",
  },
  {
    word: "bias",
    says: "A learned number that is added: one for each output channel, called $\\beta$ in formulas and `bias` in the code.",
    lesson: "layernorm",
  },
  {
    word: "bias correction",
    says: "AdamW's running means begin at 0 and are too small at first; dividing by $1 - \\beta^t$ makes up for it.",
    lesson: "adamw",
  },
  {
    word: "bigram",
    says: "A model that guesses the next token from one token before it: a table with a row for each token that may be given.",
    lesson: "counting-and-a-bigram",
  },
  {
    word: "bits per byte",
    says: "What a text surprises a model by, in bits, over the text's bytes. It does not depend on how the text was cut into tokens, so it compares models with different vocabularies.",
    lesson: "evaluation",
  },
  {
    word: "block",
    says: "One of the twelve parts of GPT-2 that are built alike: LayerNorm and attention, then LayerNorm and the MLP, each added to the residual stream.",
    lesson: "layernorm",
  },
  {
    word: "buffer",
    says: "A piece of a GPU's memory that shaders can read and write.",
    lesson: "onto-the-gpu",
  },
  {
    word: "byte-pair encoding",
    says: "How text is cut into tokens: beginning with bytes, the pair that was most frequent in a large text is merged first, then the next, 50,000 times.",
    lesson: "tokens",
  },
  {
    word: "causal mask",
    says: "What keeps a token from looking at those after it: their attention weights are 0.",
    lesson: "attention",
  },
  {
    word: "chain rule",
    says: "If the loss depends on a quantity through several others, multiply the derivatives along each path and add up the paths.",
    lesson: "layernorm",
  },
  {
    word: "channel",
    says: "One of the `C` numbers of a token's vector; 768 of them in GPT-2 124M.",
    lesson: "encoder",
  },
  {
    word: "checkpoint",
    says: "A file with everything that makes up a training run, so that it can go on as if it had never stopped.",
    lesson: "training",
  },
  {
    word: "classifier",
    says: "The last matrix product: each token's vector is compared with the embedding of every token in the vocabulary, which gives the logits.",
    lesson: "matmul",
  },
  {
    word: "clipping",
    says: "If all gradients together, as one long vector, are longer than a limit, they are scaled down to it.",
    lesson: "adamw",
  },
  {
    word: "compute bound",
    says: "Limited by how fast numbers are worked on, not by how fast they come from memory.",
    lesson: "matmul",
  },
  {
    word: "cross-entropy",
    says: "The loss at one position: $-\\ln p$, where $p$ is the probability that the model gave to the token that came.",
    lesson: "crossentropy",
  },
  {
    word: "data parallel",
    says: "Training on several machines, each with the whole model and a part of the batch. Before the update the gradients are summed.",
    lesson: "accumulation-and-data-parallel",
  },
  {
    word: "derivative",
    says: "How much one quantity changes for each unit by which another is moved, as long as the move is tiny.",
    lesson: "encoder",
  },
  {
    word: "dispatch",
    says: "The order to a GPU to run a shader in a given number of workgroups.",
    lesson: "onto-the-gpu",
  },
  {
    word: "dropout",
    says: "While training, a random part of the activations is set to 0, and the rest is made larger by $1 / (1 - p)$.",
    lesson: "dropout",
  },
  {
    word: "embedding",
    says: "The vector that represents a token: a row of a learned table. Also that table.",
    lesson: "encoder",
  },
  {
    word: "entropy",
    says: "How undecided a row of probabilities is: $-\\sum_k p_k \\ln p_k$.",
    lesson: "softmax",
  },
  {
    word: "epoch",
    says: "One pass over all windows of the training text.",
    lesson: "tokens",
  },
  {
    word: "error map",
    says: "The picture below a check: a square for each number of an array, dark where it is wrong.",
    lesson: "encoder",
  },
  {
    word: "fine-tuning",
    says: "Training an already trained model further, on a text of your own.",
    lesson: "training",
  },
  {
    word: "flash attention",
    says: "Attention without the table of weights: its softmax goes through each row once, and the backward pass computes the weights again.",
    lesson: "attention",
  },
  {
    word: "float16",
    says: "A number of 16 bits: a sign, 5 bits of exponent and 10 of fraction. The largest is 65504, the smallest above 0 is $2^{-24}$.",
    lesson: "fewer-bits",
  },
  {
    word: "float32",
    says: "A number in 4 bytes with 24 binary digits, about 7 decimal ones. Training uses it; gradient checks use float64.",
    lesson: "numbers-in-a-row",
  },
  {
    word: "FLOP",
    says: "One operation with floating-point numbers, an addition or a multiplication. GFLOP/s are billions of them per second.",
    lesson: "matmul",
  },
  {
    word: "forward pass",
    says: "The way from the tokens to the loss, layer after layer.",
    lesson: "encoder",
  },
  {
    word: "fused multiply-add",
    says: "`x * y + z` in one instruction, rounded once.",
    lesson: "onto-the-vectors",
  },
  {
    word: "fusing",
    says: "Doing several operations in one loop, so that what is in between never goes through memory.",
    lesson: "a-small-autograd-engine",
  },
  {
    word: "gather",
    says: "Taking rows from all over a table, as the encoder does. Its backward pass is a scatter-add: each row gets the sum of what comes back.",
    lesson: "encoder",
  },
  {
    word: "GELU",
    says: "The bent function of GPT-2: a number times the probability that a standard normal number is below it.",
    lesson: "gelu",
  },
  {
    word: "gradient",
    says: "The derivatives of the loss with respect to many numbers, taken together. It points the way in which the loss grows fastest.",
    lesson: "encoder",
  },
  {
    word: "gradient accumulation",
    says: "A batch in several passes, forward and backward, whose gradients are added up in the same memory before one update.",
    lesson: "accumulation-and-data-parallel",
  },
  {
    word: "gradient check",
    says: "A derivative computed from its definition: move one input by a small $h$ both ways, see how the loss changes, and divide.",
    lesson: "layernorm",
  },
  {
    word: "gradient descent",
    says: "Training at its simplest: every parameter is moved against its slope, by the learning rate times the slope, again and again.",
    lesson: "counting-and-a-bigram",
  },
  {
    word: "greedy",
    says: "Always taking the likeliest token.",
    lesson: "sampling",
  },
  {
    word: "grouped-query attention",
    says: "Attention whose heads of queries share heads of keys and values, several to one, so that less has to be kept for every token.",
    lesson: "grouped-query-attention",
  },
  {
    word: "head",
    says: "One of the `NH` parts of attention that work side by side, each on its own `hs` channels of query, key and value.",
    lesson: "attention",
  },
  {
    word: "Jacobian",
    says: "The table of the derivatives of every output with respect to every input. A backward pass multiplies by it and never builds it.",
    lesson: "softmax",
  },
  {
    word: "kernel",
    says: "A function that does one layer's work over flat arrays; here also its form for the GPU.",
    lesson: "numbers-in-a-row",
  },
  {
    word: "KV cache",
    says: "Keys and values of the tokens so far, kept while text is written, so that each new token need not compute them again.",
    lesson: "sampling",
  },
  {
    word: "lane",
    says: "One of the places of a vector register. WebAssembly's vectors have four lanes of float32; an instruction does the same to all.",
    lesson: "onto-the-vectors",
  },
  {
    word: "LayerNorm",
    says: "Brings the channels of each token to mean 0 and variance 1, then applies a learned scale and shift.",
    lesson: "layernorm",
  },
  {
    word: "learning rate",
    says: "How far a step of training moves the parameters, $\\eta$ in formulas. It follows a schedule.",
    lesson: "adamw",
  },
  {
    word: "log-sum-exp",
    says: "The logarithm of the sum of the exponentials of some scores. It is a little above the largest of them.",
    lesson: "softmax",
  },
  {
    word: "logit",
    says: "A score before softmax: one for each token of the vocabulary.",
    lesson: "softmax",
  },
  {
    word: "loss",
    says: "One number that says how wrong the model was on a batch. Training makes it smaller.",
    lesson: "encoder",
  },
  {
    word: "loss scaling",
    says: "Multiplying the loss by a number so that its gradients are not too small for float16, and dividing them by it before the update.",
    lesson: "fewer-bits",
  },
  {
    word: "master weights",
    says: "The float32 copy of the parameters that the optimiser updates, where the passes read them in 16 bits.",
    lesson: "fewer-bits",
  },
  {
    word: "matmul",
    says: "Matrix product: each output is a sum of products of a row of the input with a row of the weights.",
    lesson: "matmul",
  },
  {
    word: "memory bound",
    says: "Limited by how fast numbers come from memory, not by how fast they are worked on.",
    lesson: "layernorm",
  },
  {
    word: "micro-batch",
    says: "The part of a step's batch that goes through the model at once.",
    lesson: "accumulation-and-data-parallel",
  },
  {
    word: "MLP",
    says: "The second half of a block: a matmul to four times the channels, GELU, and a matmul back.",
    lesson: "gelu",
  },
  {
    word: "momentum",
    says: "A running mean of the gradients, in which what they agree on adds up and what they differ in cancels.",
    lesson: "adamw",
  },
  {
    word: "nat",
    says: "The unit of a loss with the natural logarithm: 1 nat is the surprise at something of probability $1/e$.",
    lesson: "crossentropy",
  },
  {
    word: "noise scale",
    says: "The number of texts at which a batch has as much noise as gradient: $B_{\\text{noise}} = \\operatorname{tr} \\Sigma / \\lvert G \\rvert^2$. Far below it, twice the batch takes half the steps; far above it, as many.",
    lesson: "scaling-laws-and-batch-size",
  },
  {
    word: "nonlinearity",
    says: "A function whose graph is not a straight line. Between two matrix products it keeps them from being one.",
    lesson: "gelu",
  },
  {
    word: "offset",
    says: "Where an element is in the flat array: how many numbers come before it.",
    lesson: "numbers-in-a-row",
  },
  {
    word: "one-hot",
    says: "A row that is 1 in one place and 0 in all others.",
    lesson: "encoder",
  },
  {
    word: "online softmax",
    says: "A softmax that goes through its row once, and corrects its sum whenever a larger score comes along.",
    lesson: "attention",
  },
  {
    word: "optimiser",
    says: "The rule that turns gradients into a step of the parameters.",
    lesson: "adamw",
  },
  {
    word: "padding",
    says: "Columns that are there only to make a size convenient: the vocabulary of 50,257 tokens has 50,304 columns. They get no probability and no gradient.",
    lesson: "softmax",
  },
  {
    word: "panel",
    says: "Some rows or columns of a matrix, copied in the order in which a tile reads them.",
    lesson: "onto-the-vectors",
  },
  {
    word: "parameter",
    says: "A number that training changes: a weight or a bias.",
    lesson: "encoder",
  },
  {
    word: "perplexity",
    says: "$e$ to the power of the loss: the number of equally likely tokens that one would have to choose among to be as unsure.",
    lesson: "crossentropy",
  },
  {
    word: "pipeline",
    says: "A shader made ready to run on a device, with its sizes filled in.",
    lesson: "onto-the-gpu",
  },
  {
    word: "position embedding",
    says: "A learned vector for each place in a sequence, added to the token's own, so that order is not lost.",
    lesson: "encoder",
  },
  {
    word: "power law",
    says: "A quantity that falls by the same factor whenever another is doubled. On two logarithmic axes it is a straight line.",
    lesson: "scaling-laws-and-batch-size",
  },
  {
    word: "Q8_0",
    says: "llama.cpp's format of weights in 8 bits: blocks of 32 whole numbers from −127 to 127 with one scale each.",
    lesson: "fewer-bits",
  },
  {
    word: "query, key, value",
    says: "The three vectors that attention makes from each token: what it looks for, what it can be found by, and what it has to give.",
    lesson: "attention",
  },
  {
    word: "recomputation",
    says: "Working something out again in the backward pass instead of keeping it, because memory costs more than arithmetic.",
    lesson: "attention",
  },
  {
    word: "reduce-scatter",
    says: "Each machine has its own numbers, and in the end each has the whole sum of one part of them.",
    lesson: "accumulation-and-data-parallel",
  },
  {
    word: "residual stream",
    says: "The vectors that run through the whole model, and to which each attention and each MLP only adds.",
    lesson: "residual",
  },
  {
    word: "reverse mode",
    says: "The chain rule from the loss back: one pass has the gradients of one output with respect to all inputs. Forward mode has those of all outputs with respect to one input.",
    lesson: "a-small-autograd-engine",
  },
  {
    word: "RMSNorm",
    says: "LayerNorm without its mean and its bias: each token's vector is divided by the root of its mean square, then every channel is given a learned scale. Llama, Mistral and Gemma have it.",
    lesson: "rmsnorm",
  },
  {
    word: "roofline",
    says: "The most that a kernel can do on a machine, by how many operations it does for each byte.",
    lesson: "onto-the-gpu",
  },
  {
    word: "root mean square",
    says: "The size of a vector, whatever its length: the root of the mean of its squares.",
    lesson: "rmsnorm",
  },
  {
    word: "RoPE",
    says: "Rotary position embedding: queries and keys are turned by an angle that grows with their place, so that a score depends on how far apart two tokens are. Llama's way to tell places.",
    lesson: "rope",
  },
  {
    word: "row",
    says: "A piece of a tensor along its last dimension; its numbers are side by side in memory.",
    lesson: "numbers-in-a-row",
  },
  {
    word: "sampling",
    says: "Drawing the next token from the probabilities, with temperature, top-k and top-p.",
    lesson: "sampling",
  },
  {
    word: "scaling law",
    says: "How the loss falls with weights, tokens and arithmetic, found by training models of many sizes, and drawn on to larger ones.",
    lesson: "scaling-laws-and-batch-size",
  },
  {
    word: "SGD",
    says: "Stochastic gradient descent, the simplest optimiser: a step against the gradient of a few sequences.",
    lesson: "adamw",
  },
  {
    word: "shader",
    says: "A program for a GPU, here in WGSL.",
    lesson: "layernorm",
  },
  {
    word: "shape",
    says: "The sizes of a tensor, from the outermost to the innermost: `(B, T, C)`.",
    lesson: "numbers-in-a-row",
  },
  {
    word: "silu",
    says: "A number times its sigmoid, also called Swish: a bend like GELU, a little wider.",
    lesson: "swiglu",
  },
  {
    word: "SIMD",
    says: "Single instruction, multiple data: one instruction of a processor does the same to several numbers.",
    lesson: "onto-the-vectors",
  },
  {
    word: "sliding window",
    says: "How many tokens a query may look back, itself among them. What is farther back reaches it only through the layers below.",
    lesson: "grouped-query-attention",
  },
  {
    word: "smoothing",
    says: "A little added to every count, so that what was never seen is not taken to be impossible.",
    lesson: "counting-and-a-bigram",
  },
  {
    word: "softmax",
    says: "Turns scores into probabilities: $e$ to the power of each, divided by the sum of all.",
    lesson: "softmax",
  },
  {
    word: "standard error",
    says: "How far a measured mean usually is from that of everything that could have been measured: the standard deviation over the root of how many independent values there are.",
    lesson: "evaluation",
  },
  {
    word: "stochastic rounding",
    says: "Rounding to one of the two neighbours at random, the nearer one more often, so that the mean of many is right.",
    lesson: "fewer-bits",
  },
  {
    word: "stride",
    says: "How far apart in memory two elements are when one index differs by 1.",
    lesson: "numbers-in-a-row",
  },
  {
    word: "subgroup",
    says: "Threads of a workgroup that the hardware runs as one pack, and that can add up their numbers without a barrier.",
    lesson: "onto-the-gpu",
  },
  {
    word: "subnormal",
    says: "A float with the smallest exponent, which has no leading 1. Between 0 and the smallest normal number the spacing stays, and digits are lost.",
    lesson: "fewer-bits",
  },
  {
    word: "SwiGLU",
    says: "The bend in the MLP of Llama and Mistral: each value is multiplied by silu of a gate, and both are made from the token. With GELU for the gate it is GeGLU.",
    lesson: "swiglu",
  },
  {
    word: "tape",
    says: "A list of the operations that were done, in order, each with how it hands a gradient back. Read from its end it is the backward pass.",
    lesson: "a-small-autograd-engine",
  },
  {
    word: "target",
    says: "The token that really comes next: what the model should have given a high probability.",
    lesson: "tokens",
  },
  {
    word: "temperature",
    says: "What scores are divided by before softmax: below 1 it sharpens the choice, above 1 it evens it out.",
    lesson: "softmax",
  },
  {
    word: "tensor",
    says: "Numbers with a shape. In memory it is one flat array.",
    lesson: "numbers-in-a-row",
  },
  {
    word: "tile",
    says: "A block of a matrix that is worked on together, so that each number that was fetched is used many times.",
    lesson: "matmul",
  },
  {
    word: "token",
    says: "A piece of text that the model reads and writes as one: a word, part of a word, a word with the space before it. To the model it is a number from 0 to 50,256.",
    lesson: "tokens",
  },
  {
    word: "tokeniser",
    says: "What cuts a text into tokens, and puts tokens back together into a text.",
    lesson: "tokens",
  },
  {
    word: "top-k, top-p",
    says: "Only the k likeliest tokens can be drawn, or only the likeliest ones that together have the probability p.",
    lesson: "sampling",
  },
  {
    word: "transpose",
    says: "A matrix with rows and columns exchanged, written $W^\\top$.",
    lesson: "matmul",
  },
  {
    word: "ulp",
    says: "Unit in the last place: the distance from one float to the next. A correctly rounded result is off by half of one at most.",
    lesson: "onto-the-vectors",
  },
  {
    word: "validation loss",
    says: "The loss on text that is never trained on: the number to believe.",
    lesson: "training",
  },
  {
    word: "vector",
    says: "A row of numbers that represents something.",
    lesson: "encoder",
  },
  {
    word: "vector-Jacobian product",
    says: "The gradient of an operation's outputs, as a row, times its Jacobian: the gradient of its inputs. It is what a backward pass computes, and the Jacobian itself is never made.",
    lesson: "a-small-autograd-engine",
  },
  {
    word: "view",
    says: "A second name for part of an array; the memory is the same.",
    lesson: "numbers-in-a-row",
  },
  {
    word: "vocabulary",
    says: "All the tokens there are: 50,257 in GPT-2.",
    lesson: "tokens",
  },
  {
    word: "warm-up",
    says: "The first steps of a run, in which the learning rate rises from 0.",
    lesson: "adamw",
  },
  {
    word: "weight",
    says: "A learned number that multiplies.",
    lesson: "encoder",
  },
  {
    word: "weight decay",
    says: "Every step makes the weights a little smaller, whatever their gradients ask for.",
    lesson: "adamw",
  },
  {
    word: "weight tying",
    says: "The table of token embeddings is used twice: at the beginning to look tokens up, at the end as the weights of the classifier.",
    lesson: "one-block-of-memory",
  },
  {
    word: "WGSL",
    says: "The language of WebGPU's shaders.",
    lesson: "onto-the-gpu",
  },
  {
    word: "workgroup",
    says: "Threads of a GPU that run together, share a little fast memory and can wait for each other.",
    lesson: "layernorm",
  },
];
