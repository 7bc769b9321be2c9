/* One run through a graph: the forward pass node by node, the backward pass edge by edge. No page. */
import { inside, OPERATIONS } from "./operations.mjs";
import { shown } from "../widgets/elements.mjs";

/** Values beyond this are far outside of anything useful. */
const TOO_LARGE = 1e9;

export class Run {
  /** `inputs` gives each input's value by its name; `y` is what was observed, for a loss. */
  constructor(graph, inputs, y) {
    this.graph = graph;
    this.values = { ...inputs };
    this.slopes = {};
    this.y = y;
    for (const { name, operation, of } of graph.nodes) {
      const numbers = of.map((each) => this.values[each]), { value, slopes } = OPERATIONS[operation];
      this.values[name] = value(numbers, y);
      this.slopes[name] = slopes(numbers, this.values[name], y);
    }
    this.result = graph.nodes.at(-1).name;
    const backward = [...graph.nodes].reverse().flatMap(({ name, of }) => of.map((to, i) => ({ kind: "edge", from: name, to, i })));
    /** All steps: the nodes one after the other, the derivative of the result by itself, the edges. */
    this.steps = [...graph.nodes.map((node) => ({ kind: "node", node })), { kind: "one" }, ...backward];
    this.forward = graph.nodes.length;
    this.isGood = Object.values(this.values).every((value) => Math.abs(value) < TOO_LARGE) && // also false for NaN
      Object.values(this.gradients()).every((value) => Math.abs(value) < TOO_LARGE);
  }

  /** Return the gradients as far as they are known after some steps; each comes up edge by edge. */
  gradients(at = this.steps.length) {
    const found = {};
    for (const step of this.steps.slice(0, at)) {
      if (step.kind === "one") found[this.result] = 1;
      if (step.kind === "edge") found[step.to] = (found[step.to] ?? 0) + found[step.from] * this.slopes[step.from][step.i];
    }
    return found;
  }

  /** Return the weights after a step of gradient descent, and the loss there. */
  descend(rate) {
    const gradients = this.gradients(), after = {};
    for (const { name, isWeight } of this.graph.inputs) after[name] = this.values[name] - (isWeight ? rate * gradients[name] : 0);
    return new Run(this.graph, after, this.y);
  }

  /** Return what the step number `at` does, written out. */
  written(at) {
    const step = this.steps[at], { values, result, y } = this, nodes = Object.fromEntries(this.graph.nodes.map((node) => [node.name, node]));
    if (step.kind === "node") {
      const { name, operation, of } = step.node, { formula, numbers } = OPERATIONS[operation];
      return `${name} = ${formula(of, y)} = ${numbers(of.map((each) => values[each]), y)} = ${shown(values[name])}`;
    }
    if (step.kind === "one") return `∂${result}/∂${result} = 1`;
    const { from, to, i } = step, { operation, of } = nodes[from];
    const before = this.gradients(at), slope = this.slopes[from][i], letters = OPERATIONS[operation].slopeNames(of, from, y)[i];
    const product = before[from] * slope;
    const isFirst = from === result;
    const start = `∂${result}/∂${to}`;
    const symbols = isFirst ? letters : `∂${result}/∂${from} · ${/[ −]/.test(letters) && !letters.endsWith(")") ? `(${letters})` : letters}`;
    const numbers = isFirst ? "" : ` = ${inside(before[from])} · ${inside(slope)}`;
    if (to in before) return `${to} has a second path: ${symbols}${numbers} = ${shown(product)} is added to ${shown(before[to])}, so ${start} = ${shown(before[to] + product)}`;
    return `${start} = ${symbols}${numbers}${symbols === shown(product) ? "" : ` = ${shown(product)}`}`;
  }
}
