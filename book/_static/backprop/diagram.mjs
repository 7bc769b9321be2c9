/* The picture of a graph in SVG: a box for each node, an arrow for each use of its value. */
import { drawn, shown } from "../widgets/elements.mjs";
import { OPERATIONS } from "./operations.mjs";

const NARROW = 600; // pixels: below, the graph goes from top to bottom
const BOX = 56; // height

/** Return the places of all nodes, { x, y, width, text } by name, the picture's height, and whether it is narrow. */
function place(graph, y, total) {
  const all = [...graph.inputs, ...graph.nodes], isNarrow = total < NARROW;
  const atOf = ({ at, upright }) => (isNarrow ? upright ?? at : at);
  const most = [0, 1].map((i) => Math.max(...all.map((node) => atOf(node)[i])));
  const rows = most[1] + 1, columns = most[0];
  const gap = rows > 4 ? 66 : 84;
  const height = isNarrow ? columns * 104 + BOX + 8 : most[1] * gap + BOX + 16;
  const places = {};
  for (const node of all) {
    const { name, operation, of } = node, at = atOf(node);
    const text = operation ? titleOf(name, operation, of, y) : name;
    const least = isNarrow ? Math.min(70, total / rows - 5) : 70;
    const width = Math.max(least, text.length > 4 ? (isNarrow ? 6.6 : 6.9) * text.length + (isNarrow ? 9 : 16) : 0);
    const middle = isNarrow ? ((at[1] + 0.5) / rows) * total : 42 + (at[0] / columns) * (total - 84);
    const x = Math.min(total - width / 2 - 2, Math.max(width / 2 + 2, middle));
    places[name] = { x, y: isNarrow ? 4 + BOX / 2 + at[0] * 104 : 8 + BOX / 2 + at[1] * gap, width, text };
  }
  return { places, height, isNarrow };
}

/** A number in a box, and in one of a narrow graph. */
const long = (value) => (shown(value).length > 7 ? shown(value, 3) : shown(value));
const short = (value) => (value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1).replaceAll("-", "−") : shown(value, 3));

function titleOf(name, operation, of, y) {
  const formula = operation === "weightedSum" ? "Σ wx" : OPERATIONS[operation].formula(of, y);
  return `${name} = ${operation === "weightedSum" && of.length > 4 ? "Σ" : formula}`;
}

/** Return where the line from a box's middle toward another leaves it. */
function leave({ x, y, width }, { x: tx, y: ty }, more = 0) {
  const [dx, dy] = [tx - x, ty - y];
  const t = Math.min((width / 2 + more) / Math.abs(dx || 1e-9), (BOX / 2 + more) / Math.abs(dy || 1e-9));
  return [x + t * dx, y + t * dy];
}

/** Draw the graph after `at` steps of a run; `isNew` says whether the last step was just done. */
export function drawGraph(svg, run, at, isNew) {
  const width = svg.clientWidth || 640, { graph, steps, slopes } = run;
  const { places, height, isNarrow } = place(graph, run.y, width), write = isNarrow ? short : long;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("height", height);
  const last = steps[at - 1], gradients = run.gradients(at);
  const isDone = (from, to) => steps.slice(0, at).some((step) => step.kind === "edge" && step.from === from && step.to === to);
  const reached = new Set([...graph.inputs.map(({ name }) => name), ...steps.slice(0, at).filter(({ kind }) => kind === "node").map(({ node }) => node.name)]);
  const lines = [], labels = [];
  for (const { name, of } of graph.nodes) {
    of.forEach((parent, i) => {
      const isNow = last?.kind === "edge" && last.from === name && last.to === parent, isPast = isDone(name, parent);
      const isFeeding = last?.kind === "node" && last.node.name === name;
      const start = leave(places[parent], places[name], 2), end = leave(places[name], places[parent], 2);
      const state = isNow ? `is-now${isNew ? " is-new" : ""}` : isPast ? "is-back" : isFeeding ? "is-feeding" : "";
      lines.push(arrow(...(isPast ? [end, start] : [start, end]), `backprop-edge ${state}`));
      if (!isPast) return;
      const t = shareOf(graph, name, parent, isNarrow);
      const above = Math.abs(end[1] - start[1]) < 12 ? 6 : -4; // a label stands on its edge, or above a level one
      labels.push(drawn("text", { x: start[0] + t * (end[0] - start[0]), y: start[1] + t * (end[1] - start[1]) - above, class: `backprop-slope ${state}` },
        `×${shown(slopes[name][i], 3)}`));
    });
  }
  const boxes = [...graph.inputs, ...graph.nodes].map(({ name, operation, isWeight }) => {
    const { x, y, width: w, text } = places[name];
    const isNow = (last?.kind === "node" && last.node.name === name) || (last?.kind === "edge" && last.to === name) || (last?.kind === "one" && name === run.result);
    const kind = operation ? "" : isWeight ? "is-weight" : "is-input";
    const line = (content, dy, style) => drawn("text", { x, y: y + dy, class: style }, content);
    return drawn("g", { class: `backprop-node ${kind} ${isNow ? (last.kind === "node" ? "is-forward" : "is-backward") : ""} ${reached.has(name) ? "" : "is-open"}` },
      drawn("rect", { x: x - w / 2, y: y - BOX / 2, width: w, height: BOX, rx: 8 }),
      line(text, -12, "backprop-name"),
      line(reached.has(name) ? write(run.values[name]) : "?", 5, "backprop-value"),
      line(name in gradients ? write(gradients[name]) : "", 21, "backprop-gradient"));
  });
  svg.replaceChildren(...lines, ...boxes, ...labels);
}

/** Return where along its edge a label stands, so that labels of crossing edges don't meet. */
function shareOf(graph, name, parent, isNarrow) {
  const rowOf = (each) => [...graph.inputs, ...graph.nodes].find((node) => node.name === each).at[1];
  const ways = graph.nodes.filter(({ of }) => of.includes(parent)).map((node) => Math.abs(node.at[1] - rowOf(parent)));
  const way = Math.abs(rowOf(name) - rowOf(parent));
  if (Math.max(...ways) - Math.min(...ways) < 0.5) return isNarrow ? 0.45 : 0.52;
  return way === Math.max(...ways) ? 0.74 : isNarrow ? 0.24 : 0.38;
}

function arrow([x0, y0], [x1, y1], style) {
  const length = Math.hypot(x1 - x0, y1 - y0) || 1, [u, v] = [(x1 - x0) / length, (y1 - y0) / length];
  const head = [[x1, y1], [x1 - 8 * u + 4 * v, y1 - 8 * v - 4 * u], [x1 - 8 * u - 4 * v, y1 - 8 * v + 4 * u]];
  return drawn("g", { class: style },
    drawn("line", { x1: x0, y1: y0, x2: x1 - 6 * u, y2: y1 - 6 * v }),
    drawn("polygon", { points: head.map((point) => point.map((each) => each.toFixed(1)).join()).join(" ") }));
}
