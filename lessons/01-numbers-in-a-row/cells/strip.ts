// Where (b, t, i) is in a flat array of shape (B, T, C).

export const B = 2;
export const T = 3;
export const C = 4;

export const b = 1; // where the sliders of the figure begin
export const t = 2;
export const i = 3;

const offset = (b * T + t) * C + i;
console.log(`(${b}, ${t}, ${i}) is inp[(${b}*${T} + ${t})*${C} + ${i}] = inp[${offset}]`);
