/* The settings of the stepper as text in the address: #backprop?graph=exam&at=9&w1=2 */
import { integer, number, oneOf, readKnown, writeKnown } from "../widgets/settings.mjs";
import { GRAPHS } from "./graphs.mjs";

/** Return a name without subscripts. */
export const plain = (name) => [...name].map((c) => ("₀₁₂₃₄₅₆₇₈₉".includes(c) ? "₀₁₂₃₄₅₆₇₈₉".indexOf(c) : c)).join("");

export const RANGES = { rate: [0.0001, 100], y: [0, 1] };

function knownOf(name) {
  const { rate, y, inputs } = GRAPHS[name];
  const known = { graph: ["paths", oneOf(GRAPHS)], at: [null, integer(0, 99)], rate: [rate, number(...RANGES.rate)] };
  if (y !== undefined) known.y = [y, integer(...RANGES.y)];
  for (const { name: each, value, low, high } of inputs) known[plain(each)] = [value, number(low, high)];
  return known;
}

/** Return the settings that a text holds, and what is wrong with it; `values` are the inputs by their names. */
export function readSettings(text) {
  const named = new URLSearchParams(text.slice(0, 2000)).get("graph");
  const graph = Object.hasOwn(GRAPHS, named ?? "") ? named : "paths";
  const { settings, problems } = readKnown(knownOf(graph), text);
  settings.values = Object.fromEntries(GRAPHS[graph].inputs.map(({ name }) => [name, settings[plain(name)]]));
  return { settings, problems };
}

/** Return the text of such settings, without those that are the usual ones. */
export function writeSettings({ graph, at, rate, y, values }) {
  const flat = Object.fromEntries(Object.entries(values).map(([name, value]) => [plain(name), value]));
  return writeKnown(knownOf(graph), { graph, at, rate, y, ...flat }, { at: GRAPHS[graph].nodes.length });
}
