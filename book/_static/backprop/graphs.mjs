/* The graphs that one can step through: those of the page, and one neuron. */

/** An input, with its usual value and its range. `isWeight`: a step of gradient descent changes it. */
const input = (name, value, at, { isWeight = false, low = -10, high = 10 } = {}) => ({ name, value, at, isWeight, low, high });
const weight = (name, value, at, range) => input(name, value, at, { isWeight: true, ...range });
const computed = (name, operation, of, at) => ({ name, operation, of, at });

/** For each graph: its nodes, a node after those it is computed from. `at` is its place: column, row;
 * `upright` another one where the graph is drawn from top to bottom.
 */
export const GRAPHS = {
  paths: {
    title: "two paths",
    about: "x reaches L on two paths, as in the first figure of this page.",
    rate: 0.01,
    inputs: [weight("x", 4, [0, 1]), input("a", 2, [0, 2.25])],
    nodes: [
      computed("u", "square", ["x"], [1, 0.25]),
      computed("v", "product", ["a", "x"], [1, 1.75]),
      computed("L", "product", ["u", "v"], [2, 1]),
    ],
  },
  exam: {
    title: "exam network",
    about: "Eli’s grades go through two hidden neurons, as in the pass by hand.",
    rate: 0.05,
    y: 0,
    inputs: [
      weight("w₁₁", 0.05, [0, 0], { low: -2, high: 2 }), weight("w₂₁", 0.001, [0, 1], { low: -2, high: 2 }),
      input("x₁", 10, [0, 2], { low: 0, high: 20 }), input("x₂", 9, [0, 3], { low: 0, high: 20 }),
      weight("w₁₂", 0.02, [0, 4], { low: -2, high: 2 }), weight("w₂₂", 0.003, [0, 5], { low: -2, high: 2 }),
      weight("w₁", 2, [2.45, 0]), weight("w₂", 0, [2.45, 5]),
    ],
    nodes: [
      computed("z₁", "weightedSum", ["w₁₁", "x₁", "w₂₁", "x₂"], [1.35, 1.2]),
      computed("z₂", "weightedSum", ["w₁₂", "x₁", "w₂₂", "x₂"], [1.35, 3.8]),
      computed("h₁", "sigmoid", ["z₁"], [2.45, 1.2]),
      computed("h₂", "sigmoid", ["z₂"], [2.45, 3.8]),
      computed("zₒ", "weightedSum", ["w₁", "h₁", "w₂", "h₂"], [3.5, 2.5]),
      computed("p", "sigmoid", ["zₒ"], [4.5, 2.5]),
      { ...computed("L", "logLoss", ["p"], [4.5, 4.4]), upright: [5.4, 2.5] },
    ],
  },
  neuron: {
    title: "a neuron",
    about: "A sigmoid neuron with one input, and the log loss.",
    rate: 1,
    y: 1,
    inputs: [weight("w", 0.5, [0, 0]), input("x", 2, [0, 1.2]), weight("b", -0.4, [1, 1.8])],
    nodes: [
      computed("m", "product", ["w", "x"], [1, 0.6]),
      computed("z", "sum", ["m", "b"], [2, 1.2]),
      computed("p", "sigmoid", ["z"], [3, 1.2]),
      computed("L", "logLoss", ["p"], [4, 1.2]),
    ],
  },
};
