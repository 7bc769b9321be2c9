/* The settings of a descent, and the steps that it takes. No drawing, no page. */
import { OPTIMIZERS, startMemory } from "../widgets/optimizers.mjs";
import { integer, number, oneOf, readKnown, writeKnown } from "../widgets/settings.mjs";
import { SURFACES } from "./surfaces.mjs";

export const MOST_STEPS = 5000;
export const LOW = 0.001;
const FAR = 1000; // widths of the picture from its middle: then it counts as diverged
const FLAT = 1e-7; // a gradient and a move below this: it has arrived, or never left

/** For each setting: its usual value, and how it is read. */
const SETTINGS = {
  surface: ["valley", oneOf(SURFACES)],
  condition: [100, number(1, 1000)],
  optimizer: ["sgd", oneOf(OPTIMIZERS)],
  rate: [0.015, number(1e-6, 100)],
  momentum: [0.9, number(0, 0.999)],
  w1: [null, number(-12, 12)], // null: where the surface begins
  w2: [null, number(-8, 8)],
  steps: [0, integer(0, MOST_STEPS)], // how many are done when it is opened
};

/** Return the settings that a text holds, complete, and what is wrong with it. */
export function readSettings(text) {
  const { settings, problems } = readKnown(SETTINGS, text);
  const { box: [left, right, low, high], start } = SURFACES[settings.surface];
  const place = { w1: [left, right, start[0]], w2: [low, high, start[1]] };
  for (const [name, [least, most, usual]] of Object.entries(place)) {
    settings[name] ??= usual;
    if (settings[name] >= least && settings[name] <= most) continue;
    problems.push(`“${name}=${settings[name]}” lies outside of this picture; it is ${usual} here`);
    settings[name] = usual;
  }
  return { settings, problems };
}

/** Return the text that holds all settings which are not the usual ones. */
export function writeSettings(settings) {
  const [w1, w2] = SURFACES[settings.surface].start;
  return writeKnown(SETTINGS, settings, { w1, w2 });
}

/** Return the rate at which it begins to diverge in a valley, or null where the page has no formula for it. */
export function edgeOf({ surface, optimizer, condition, momentum }) {
  if (!SURFACES[surface].hasCondition) return null;
  const plain = 2 / condition;
  const rates = { sgd: plain, momentum: plain * (1 + momentum), nesterov: (plain * (1 + momentum)) / (1 + 2 * momentum) };
  return rates[optimizer] ?? null;
}

/** The steps of one optimizer from one start. */
export class Path {
  constructor(settings) {
    this.settings = { ...settings };
    this.surface = SURFACES[settings.surface];
    const w = Float64Array.of(settings.w1, settings.w2);
    Object.assign(this, { w, memory: startMemory(settings.optimizer, 2), steps: 0, end: null });
    this.points = [[...w]];
    this.losses = [this.loss()];
    this.low = null; // the first step after which the loss is less than LOW above its lowest value
  }

  loss() {
    return this.surface.value(this.w[0], this.w[1], this.settings.condition);
  }

  gradient() {
    return this.surface.gradient(this.w[0], this.w[1], this.settings.condition);
  }

  /** Do one step; afterwards `end` says whether it "diverged", "arrived" or was "long" enough. */
  step() {
    if (this.end) return;
    const { w, settings, surface: { box } } = this, before = [...w], gradient = this.gradient();
    OPTIMIZERS[settings.optimizer](w, gradient, settings.rate, this.memory, this.steps + 1, settings.momentum);
    const far = Math.hypot(w[0] - (box[0] + box[1]) / 2, w[1] - (box[2] + box[3]) / 2) / (box[1] - box[0]);
    const loss = this.loss();
    if (!(far < FAR) || !Number.isFinite(loss)) { // also for NaN
      w.set(before);
      this.end = "diverged";
      return;
    }
    this.steps += 1;
    this.points.push([...w]);
    this.losses.push(loss);
    if (loss - this.surface.lowest < LOW) this.low ??= this.steps;
    const moved = Math.hypot(w[0] - before[0], w[1] - before[1]);
    if (moved < FLAT && Math.hypot(...this.gradient()) < FLAT) this.end = "arrived";
    else if (this.steps >= MOST_STEPS) this.end = "long";
  }
}
