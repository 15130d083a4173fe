// A valley that is steep across and flat along, and two ways down it from a place that one chooses: against the gradient, and
// AdamW's.

import { adamwUpdate } from "@llm.ts/kernels/adamw/adamw.ts";
import { curve, label, mark, named, type Sketch, sketchWidth } from "../../src/figures/sketch.ts";

type Place = readonly [number, number];

interface State {
  x: number;
  y: number;
  rate: number; // which of SGD's
}

const curvature = [0.5, 20]; // along and across: the loss is half the sum of curvature times square
const rates = [0.01, 0.05, 0.095, 0.105]; // of SGD; from 2 / 20 on it diverges
const adamRate = 0.25;
const steps = 30;
const height = 236;
const scale = sketchWidth / 9.4; // units of the drawing for 1
const deep = 1.25; // how much larger across is drawn
const placeOf = ([x, y]: Place) =>
  [sketchWidth / 2 + scale * x, height / 2 - deep * scale * y] as const;

/** Places after 0, 1, ... steps, as far as they can be drawn. */
function walk(
  start: Place,
  update: (params: Float32Array, grads: Float32Array, t: number) => void,
) {
  const params = Float32Array.from(start);
  const grads = new Float32Array(2);
  const places: Place[] = [start];
  for (let t = 1; t <= steps; t++) {
    for (const i of [0, 1]) grads[i] = curvature[i] * params[i];
    update(params, grads, t);
    places.push([params[0], params[1]]);
    if (Math.abs(params[1]) > 1.8) break;
  }
  return places;
}

function walks({ x, y, rate }: State): { sgd: Place[]; adamw: Place[] } {
  const [m, v] = [new Float32Array(2), new Float32Array(2)];
  return {
    sgd: walk([x, y], (params, grads) => {
      for (const i of [0, 1]) params[i] -= rates[rate] * grads[i];
    }),
    adamw: walk([x, y], (params, grads, t) =>
      adamwUpdate(params, grads, m, v, t, adamRate, 0.9, 0.95, 1e-8, 0, 2),
    ),
  };
}

const methods = ["SGD", "AdamW"];
const roles = ["other", "output"] as const; // of the paths

const lossAt = ([x, y]: Place) => (curvature[0] * x * x + curvature[1] * y * y) / 2;

export const sketch: Sketch<State> = {
  title:
    "A valley seen from above, with its bottom in the middle, and two paths from the ball into it",
  height,
  start: { x: -4, y: 0.8, rate: 2 },

  marks(state) {
    const [cx, cy] = placeOf([0, 0]);
    const rings = [0.1, 0.6, 1.7, 3.3, 5.4].map((loss) =>
      mark("ellipse", {
        ...{ cx, cy, rx: scale * Math.sqrt((2 * loss) / curvature[0]) },
        ...{ ry: deep * scale * Math.sqrt((2 * loss) / curvature[1]), "data-line": "soft" },
        "stroke-opacity": 0.45,
      }),
    );
    const paths = Object.values(walks(state)).map((places) => places.map(placeOf));
    const drawn = paths.map((points, k) =>
      named(
        "params",
        curve(points, roles[k]),
        ...points.map(([x, y]) => mark("circle", { cx: x, cy: y, r: 2, "data-fill": roles[k] })),
      ),
    );
    const [ballX, ballY] = placeOf([state.x, state.y]);
    const taken: Place[] = [-9, 0, 9].map((dx) => [ballX + dx, ballY]);
    const labels = paths.map((own, k) => {
      // With its rate where there is room for that.
      const tried = [`${methods[k]}, rate ${[rates[state.rate], adamRate][k]}`, methods[k]].map(
        (text) => {
          const half = 3.4 * text.length + 9;
          return { text, half, ...besidePath(own, [...along(paths[1 - k]), ...taken], half) };
        },
      );
      const { text, half, x, y } = tried.find(({ clear }) => clear) ?? tried[1];
      taken.push([x - half, y], [x, y], [x + half, y]);
      return label(x, y + 5, text, { anchor: "middle", role: roles[k], symbol: "lr" });
    });
    // What is behind its letters does not cut through them.
    const halo = { "paint-order": "stroke", stroke: "var(--panel)", "stroke-width": 5 };
    return [
      ...rings,
      mark("circle", { cx, cy, r: 3, "data-fill": "soft" }),
      ...drawn,
      mark("g", halo, labels.join("")),
    ].join("");
  },

  handles(state) {
    const [cx, cy] = placeOf([state.x, state.y]);
    return [
      {
        ...{ name: "ball", cx, cy, role: "parameter", symbol: "params" },
        says: `${state.x.toFixed(1)} along, ${state.y.toFixed(1)} across`,
        x: {
          ...{ min: -4.4, max: 4.4, step: 0.2, value: state.x },
          at: ({ x }) => (x - sketchWidth / 2) / scale,
          set: (x) => ({ ...state, x: Math.round(10 * x) / 10 }),
        },
        y: {
          ...{ min: -1.6, max: 1.6, step: 0.1, value: state.y },
          at: ({ y }) => (height / 2 - y) / scale / deep,
          set: (y) => ({ ...state, y: Math.round(10 * y) / 10 }),
        },
      },
    ];
  },

  choices: (state) => [
    {
      name: "learning rate of SGD",
      options: rates.map(String),
      value: state.rate,
      set: (rate) => ({ ...state, rate }),
    },
  ],

  says(state) {
    const { sgd, adamw } = walks(state);
    const told = (places: Place[]) =>
      places.length <= steps
        ? `has left the valley after ${places.length - 1} steps`
        : `is at a loss of ${lossAt(places[steps]).toPrecision(2)}`;
    return `From a loss of ${lossAt([state.x, state.y]).toPrecision(2)}, after ${steps} steps: SGD ${told(sgd)}, AdamW ${told(adamw)}.`;
  },
};

/** Points all along a path, at most 8 units from each other. */
const along = (path: readonly Place[]): Place[] =>
  path.flatMap((to, k) => {
    const from = path[Math.max(0, k - 1)];
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const parts = Math.max(1, Math.ceil(Math.hypot(dx, dy) / 8));
    return Array.from({ length: parts }, (_, i): Place => {
      const part = (i + 1) / parts;
      return [from[0] + part * dx, from[1] + part * dy];
    });
  });

/**
 * Where a path is named: close to it, not on it, and as far from others as can be.
 *
 * @param others points of the other path, of its name, and of the ball
 * @param half of the name's width
 * @returns the middle of the name, and whether nothing else is as near to it as its path
 */
function besidePath(own: readonly Place[], others: readonly Place[], half: number) {
  const margin = 14; // from the edges of the drawing
  const away = (x: number, y: number, points: readonly Place[]) =>
    Math.min(...points.map(([px, py]) => Math.hypot(Math.max(0, Math.abs(px - x) - half), py - y)));
  const all = along(own);
  const tried = own.slice(1).flatMap((at) =>
    [-46, -32, -18, 0, 18, 32, 46].flatMap((dy) =>
      [-half - 9, 0, half + 9].map((dx) => {
        const x = Math.min(sketchWidth - half - 2, Math.max(half + 2, at[0] + dx));
        const y = Math.min(height - margin, Math.max(margin, at[1] + dy));
        const [near, far] = [away(x, y, all), away(x, y, others)];
        const room = 12 * Math.min(9, near) - near + 2 * Math.min(40, far - near);
        return { x, y, room, clear: near >= 9 && far > near + 4 };
      }),
    ),
  );
  const clear = tried.filter((one) => one.clear);
  return (clear.length > 0 ? clear : tried).reduce((best, one) =>
    one.room > best.room ? one : best,
  );
}
