// The log-probabilities that the model of byte pairs gives to the four endings of each line of choices.jsonl:
// npm run evaluate -- --model pairs.safetensors --choices choices.jsonl --json

/** Of four endings: the sums, in nats, the number of tokens, and which is right. */
export const scored: readonly { sums: number[]; tokens: number[]; label: number }[] = [
  { sums: [-66.9, -74.64, -59.25, -58.78], tokens: [16, 16, 16, 13], label: 2 },
  { sums: [-12.21, -20.16, -31.63, -45.0], tokens: [3, 3, 7, 8], label: 0 },
  { sums: [-69.58, -54.62, -75.09, -55.06], tokens: [11, 10, 14, 12], label: 3 },
  { sums: [-61.04, -44.76, -62.2, -28.45], tokens: [13, 11, 15, 5], label: 1 },
  { sums: [-60.44, -50.99, -53.77, -94.01], tokens: [13, 14, 13, 18], label: 1 },
  { sums: [-77.03, -81.59, -17.01, -63.1], tokens: [14, 16, 3, 15], label: 3 },
  { sums: [-68.49, -76.12, -61.37, -109.88], tokens: [16, 17, 13, 23], label: 0 },
  { sums: [-18.31, -33.6, -11.58, -76.3], tokens: [3, 7, 3, 15], label: 2 },
  { sums: [-73.84, -79.62, -10.64, -54.29], tokens: [14, 14, 2, 14], label: 3 },
  { sums: [-76.91, -98.21, -67.04, -98.13], tokens: [17, 18, 16, 21], label: 2 },
  { sums: [-65.91, -53.2, -65.41, -19.87], tokens: [18, 14, 13, 4], label: 1 },
  { sums: [-54.51, -81.85, -82.62, -74.04], tokens: [15, 16, 17, 16], label: 0 },
  { sums: [-18.06, -28.79, -28.97, -62.8], tokens: [5, 6, 5, 14], label: 0 },
  { sums: [-74.83, -60.34, -76.35, -21.37], tokens: [15, 15, 16, 4], label: 1 },
  { sums: [-71.32, -70.73, -64.46, -61.38], tokens: [15, 14, 14, 15], label: 2 },
  { sums: [-74.02, -62.33, -12.11, -61.15], tokens: [15, 13, 2, 16], label: 3 },
  { sums: [-21.96, -16.3, -28.73, -14.11], tokens: [4, 4, 7, 3], label: 1 },
  { sums: [-72.08, -72.7, -72.39, -15.11], tokens: [14, 14, 15, 4], label: 0 },
  { sums: [-61.77, -63.15, -23.22, -47.67], tokens: [12, 14, 5, 11], label: 3 },
  { sums: [-90.1, -65.7, -57.8, -9.29], tokens: [18, 14, 14, 2], label: 2 },
  { sums: [-66.93, -75.09, -65.96, -51.81], tokens: [14, 16, 14, 12], label: 2 },
  { sums: [-10.15, -56.94, -11.37, -8.7], tokens: [2, 13, 2, 2], label: 3 },
  { sums: [-52.04, -69.78, -68.14, -68.96], tokens: [12, 16, 13, 16], label: 0 },
  { sums: [-57.32, -46.8, -60.16, -18.18], tokens: [10, 11, 13, 3], label: 1 },
];
