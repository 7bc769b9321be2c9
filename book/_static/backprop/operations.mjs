/* What a node of a graph can compute: its value, its slopes, and how both are written. No page. */
import { shown } from "../widgets/elements.mjs";

/** A number in a formula; negative ones in parentheses. */
export const inside = (value) => (value < 0 ? `(${shown(value)})` : shown(value));
const pairs = (of) => Array.from({ length: of.length / 2 }, (_, i) => [of[2 * i], of[2 * i + 1]]);
const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

/** For each operation, of the numbers a (and for a loss the observed y):
 *
 * `value(a, y)`, and `slopes(a, value, y)`, one for each number; `formula(names)` and `numbers(a)` are
 * how the value is written with letters and with numbers, `slopeNames(names, name)` the slopes' letters.
 */
export const OPERATIONS = {
  square: {
    value: ([a]) => a * a,
    slopes: ([a]) => [2 * a],
    formula: ([a]) => `${a}²`,
    numbers: ([a]) => `${inside(a)}²`,
    slopeNames: ([a]) => [`2${a}`],
  },
  product: {
    value: ([a, b]) => a * b,
    slopes: ([a, b]) => [b, a],
    formula: ([a, b]) => `${a}${b}`,
    numbers: ([a, b]) => `${inside(a)} · ${inside(b)}`,
    slopeNames: ([a, b]) => [b, a],
  },
  sum: {
    value: ([a, b]) => a + b,
    slopes: () => [1, 1],
    formula: ([a, b]) => `${a} + ${b}`,
    numbers: ([a, b]) => `${inside(a)} + ${inside(b)}`,
    slopeNames: () => ["1", "1"],
  },
  weightedSum: {
    value: (of) => pairs(of).reduce((sum, [w, x]) => sum + w * x, 0),
    slopes: (of) => pairs(of).flatMap(([w, x]) => [x, w]),
    formula: (names) => pairs(names).map(([w, x]) => `${w}${x}`).join(" + "),
    numbers: (of) => pairs(of).map(([w, x]) => `${inside(w)} · ${inside(x)}`).join(" + "),
    slopeNames: (names) => pairs(names).flatMap(([w, x]) => [x, w]),
  },
  sigmoid: {
    value: ([z]) => sigmoid(z),
    slopes: (_, s) => [s * (1 - s)],
    formula: ([z]) => `σ(${z})`,
    numbers: ([z]) => `σ(${shown(z)})`,
    slopeNames: (_, name) => [`${name}(1 − ${name})`],
  },
  logLoss: {
    value: ([p], y) => -Math.log(y ? p : 1 - p),
    slopes: ([p], _, y) => [y ? -1 / p : 1 / (1 - p)],
    formula: ([p], y) => (y ? `−ln ${p}` : `−ln(1−${p})`),
    numbers: ([p], y) => (y ? `−ln ${shown(p)}` : `−ln(1 − ${shown(p)})`),
    slopeNames: ([p], _, y) => [y ? `−1/${p}` : `1/(1 − ${p})`],
  },
};
