/* Optimizers, by the formulas of the book's Python package (annbook.network); a test compares them. */

/** What an optimizer remembers at first, for each weight, where that isn't 0. */
const STARTS = { adagrad: 0.1 };

/** Each changes the weights w in place, given the gradient g, the rate, its memory, the step's number. */
export const OPTIMIZERS = {
  sgd(w, g, rate) {
    for (let i = 0; i < w.length; i++) w[i] -= rate * g[i];
  },
  momentum(w, g, rate, [velocity], t, beta = 0.9) {
    for (let i = 0; i < w.length; i++) {
      velocity[i] = beta * velocity[i] - rate * g[i];
      w[i] += velocity[i];
    }
  },
  nesterov(w, g, rate, [velocity], t, beta = 0.9) {
    for (let i = 0; i < w.length; i++) {
      velocity[i] = beta * velocity[i] - rate * g[i];
      w[i] += beta * velocity[i] - rate * g[i];
    }
  },
  adagrad(w, g, rate, [total]) {
    for (let i = 0; i < w.length; i++) {
      total[i] += g[i] * g[i];
      w[i] -= (rate * g[i]) / Math.sqrt(total[i] + 1e-7);
    }
  },
  rmsprop(w, g, rate, [v]) {
    for (let i = 0; i < w.length; i++) {
      v[i] += (1 - 0.9) * (g[i] * g[i] - v[i]);
      w[i] -= (rate * g[i]) / Math.sqrt(v[i] + 1e-7);
    }
  },
  adam(w, g, rate, [m, v], t) {
    const unbiased = (rate * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
    for (let i = 0; i < w.length; i++) {
      m[i] += (1 - 0.9) * (g[i] - m[i]);
      v[i] += (1 - 0.999) * (g[i] * g[i] - v[i]);
      w[i] -= (unbiased * m[i]) / (Math.sqrt(v[i]) + 1e-7);
    }
  },
};

/** Return an optimizer's memory before its first step: two vectors, of which some use one or none. */
export const startMemory = (name, n) => [0, 1].map(() => new Float64Array(n).fill(STARTS[name] ?? 0));
