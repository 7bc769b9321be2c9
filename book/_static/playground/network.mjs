/* The numbers of the playground: layers, loss, optimizers, training. No drawing, no page.
 *
 * The formulas are those of the book's Python package (annbook.network), so that the same weights
 * and points give the same gradients and steps; a test compares them. All parameters lie in one
 * vector, layer by layer: the weights of shape (inputs, units) row by row, then the biases.
 */
import { OPTIMIZERS as ALL, startMemory } from "../widgets/optimizers.mjs";

/** A function, and its slope computed from the function's value. */
export const ACTIVATIONS = {
  tanh: { value: Math.tanh, slope: (a) => 1 - a * a },
  sigmoid: { value: sigmoid, slope: (a) => a * (1 - a) },
  relu: { value: (z) => (z > 0 ? z : 0), slope: (a) => (a > 0 ? 1 : 0) },
  linear: { value: (z) => z, slope: () => 1 },
};

/** Weights beyond this are far outside of anything useful: the training counts as diverged. */
const TOO_LARGE = 1e9;

export function sigmoid(z) {
  return 0.5 + 0.5 * Math.tanh(0.5 * z);
}

/** Return a generator of numbers from 0 to 1; each pair of seed and purpose has its own sequence. */
export function randomNumbers(seed, purpose) {
  let state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(purpose + 1, 0x85ebca6b);
  const next = () => { // "mulberry32", a public-domain generator by Tommy Ettinger
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) next();
  return next;
}

/** Fully connected layers with one activation, and one logit at the end: that of class 1. */
export class Network {
  constructor(sizes, activation) {
    this.sizes = sizes;
    this.activation = ACTIVATIONS[activation];
    const pairs = sizes.slice(1).map((units, i) => [sizes[i], units]);
    const total = pairs.reduce((sum, [inputs, units]) => sum + (inputs + 1) * units, 0);
    this.weights = new Float64Array(total);
    this.gradient = new Float64Array(total);
    let start = 0;
    const windows = (inputs, units) => {
      const middle = start + inputs * units, end = middle + units;
      const layer = {
        inputs, units,
        W: this.weights.subarray(start, middle), b: this.weights.subarray(middle, end),
        dW: this.gradient.subarray(start, middle), db: this.gradient.subarray(middle, end),
      };
      start = end;
      return layer;
    };
    this.layers = pairs.map(([inputs, units]) => windows(inputs, units));
    this.workspaces = new Map();
  }

  /** Draw Glorot's uniform weights, rounded so that they can be copied exactly; biases are 0. */
  initialize(seed) {
    const random = randomNumbers(seed, 0);
    for (const { inputs, units, W, b } of this.layers) {
      const limit = Math.sqrt(6 / (inputs + units));
      for (let i = 0; i < W.length; i++) W[i] = round((2 * random() - 1) * limit, 4);
      b.fill(0);
    }
  }

  /** Return arrays for n samples, made once: outputs, dropout masks, and deltas of each layer. */
  workspace(n) {
    if (!this.workspaces.has(n)) {
      const arrays = () => this.layers.map(({ units }) => new Float64Array(n * units));
      this.workspaces.set(n, { outputs: arrays(), dropped: arrays(), masks: arrays(), deltas: arrays() });
    }
    return this.workspaces.get(n);
  }

  /** Compute all layers' outputs for n samples X (n × inputs); the last are the logits.
   *
   * With dropout and random numbers, a share of the hidden outputs becomes 0, the others grow.
   */
  forward(X, n, dropout = 0, random = null) {
    const space = this.workspace(n);
    const last = this.layers.length - 1;
    let before = X;
    this.layers.forEach(({ inputs, units, W, b }, l) => {
      const out = space.outputs[l], f = l < last ? this.activation.value : null;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < units; j++) {
          let z = b[j];
          for (let k = 0; k < inputs; k++) z += before[i * inputs + k] * W[k * units + j];
          out[i * units + j] = f ? f(z) : z;
        }
      }
      before = out;
      if (random && dropout > 0 && l < last) {
        const mask = space.masks[l], kept = space.dropped[l];
        for (let i = 0; i < n * units; i++) {
          mask[i] = random() >= dropout ? 1 / (1 - dropout) : 0;
          kept[i] = out[i] * mask[i];
        }
        before = kept;
      }
    });
    return space;
  }

  /** After `forward`, fill the gradient of the mean log loss and of the penalties of the weights. */
  backward(X, y, n, { l1 = 0, l2 = 0, dropout = 0 } = {}) {
    const { outputs, dropped, masks, deltas } = this.workspace(n);
    const last = this.layers.length - 1;
    for (let i = 0; i < n; i++) deltas[last][i] = (sigmoid(outputs[last][i]) - y[i]) / n;
    for (let l = last; l >= 0; l--) {
      const { inputs, units, W, dW, db } = this.layers[l], delta = deltas[l];
      const before = l === 0 ? X : dropout > 0 ? dropped[l - 1] : outputs[l - 1];
      db.fill(0);
      for (let k = 0; k < W.length; k++) dW[k] = l1 * Math.sign(W[k]) + 2 * l2 * W[k];
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < units; j++) {
          const d = delta[i * units + j];
          db[j] += d;
          for (let k = 0; k < inputs; k++) dW[k * units + j] += before[i * inputs + k] * d;
        }
      }
      if (l === 0) return;
      const previous = deltas[l - 1], a = outputs[l - 1], mask = masks[l - 1];
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < inputs; k++) {
          let sum = 0;
          for (let j = 0; j < units; j++) sum += delta[i * units + j] * W[k * units + j];
          const at = i * inputs + k;
          previous[at] = sum * (dropout > 0 ? mask[at] : 1) * this.activation.slope(a[at]);
        }
      }
    }
  }

  /** Return the mean log loss and the share of right answers, without dropout and penalties. */
  evaluate(X, y, n) {
    const logits = this.forward(X, n).outputs.at(-1);
    let right = 0;
    for (let i = 0; i < n; i++) right += logits[i] > 0 === y[i] > 0.5;
    return { loss: logLoss(logits, y, n), accuracy: right / n };
  }
}

function logLoss(logits, y, n) {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const z = logits[i];
    sum += Math.max(z, 0) - z * y[i] + Math.log1p(Math.exp(-Math.abs(z)));
  }
  return sum / n;
}

/** Those that the playground offers. */
export const OPTIMIZERS = { sgd: ALL.sgd, momentum: ALL.momentum, adam: ALL.adam };

/** Steps of one network on its points, in batches of a fixed order. */
export class Training {
  /** `settings` has optimizer, rate, batch, l1, l2, dropout; `seed` is that of dropout's masks. */
  constructor(network, X, y, settings, seed = 1) {
    Object.assign(this, { network, X, y, settings, steps: 0, at: 0, diverged: false });
    this.random = randomNumbers(seed, 1);
    this.memory = startMemory(settings.optimizer, network.weights.length);
    this.before = new Float64Array(network.weights.length);
  }

  /** Do one step; return whether an epoch is complete. If it diverges, the last weights stay. */
  step() {
    const { network, settings } = this, inputs = network.sizes[0];
    const n = Math.min(settings.batch, this.y.length - this.at);
    const X = this.X.subarray(this.at * inputs, (this.at + n) * inputs);
    const y = this.y.subarray(this.at, this.at + n);
    network.forward(X, n, settings.dropout, this.random);
    network.backward(X, y, n, settings);
    this.before.set(network.weights);
    this.steps += 1;
    OPTIMIZERS[settings.optimizer](network.weights, network.gradient, settings.rate, this.memory, this.steps);
    if (!network.weights.every((w) => Math.abs(w) < TOO_LARGE)) { // also false for NaN
      network.weights.set(this.before);
      this.diverged = true;
    }
    this.at = (this.at + n) % this.y.length;
    return this.at === 0;
  }

  /** Do all steps of an epoch, or what is left of one. */
  epoch() {
    while (!this.diverged && !this.step());
  }
}

export function round(value, digits) {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
