/* The playground's pictures on canvas: the plane, the network, the curves. */
import { prepare, strokePieces } from "../widgets/drawing.mjs";
import { EDGE } from "./data.mjs";

/** Draw a point's mark: a disk for class 0, a triangle for class 1. */
function mark(context, x, y, label, size) {
  context.beginPath();
  if (label) {
    context.moveTo(x, y - 1.25 * size);
    context.lineTo(x + 1.15 * size, y + 0.85 * size);
    context.lineTo(x - 1.15 * size, y + 0.85 * size);
    context.closePath();
  } else context.arc(x, y, size, 0, 2 * Math.PI);
}

function drawPoints(context, { X, y, n }, side, size, palette, isHollow = false) {
  for (let i = 0; i < n; i++) {
    mark(context, ((X[2 * i] + EDGE) / (2 * EDGE)) * side, ((EDGE - X[2 * i + 1]) / (2 * EDGE)) * side, y[i], size);
    context.fillStyle = isHollow ? palette.background : palette.classes[y[i]];
    context.strokeStyle = isHollow ? palette.classes[y[i]] : palette.background;
    context.fill();
    context.stroke();
  }
}

/** Draw a small picture of points, for a button. */
export function drawThumbnail(canvas, points, palette) {
  const { context, width } = prepare(canvas);
  for (let i = 0; i < points.n; i++) {
    const [x, y] = [(points.X[2 * i] + EDGE) / (2 * EDGE), (EDGE - points.X[2 * i + 1]) / (2 * EDGE)];
    context.fillStyle = palette.classes[points.y[i]];
    context.fillRect(x * width - 0.8, y * width - 0.8, 1.7, 1.7);
  }
}

/** Return a canvas with what doesn't move in the plane: the points and the Bayes boundary. */
export function drawBackdrop(width, { bayes, side, train, test }, palette) {
  const canvas = document.createElement("canvas"), { context } = prepare(canvas, width, width);
  const scale = width / (side - 1);
  context.lineWidth = 1;
  if (test) drawPoints(context, test, width, 2.4, palette, true);
  drawPoints(context, train, width, test ? 3.8 : 3, palette);
  context.lineCap = "round";
  context.strokeStyle = palette.ink;
  context.setLineDash([1, 5]);
  context.lineWidth = 3;
  for (const line of bayes ?? []) {
    context.beginPath();
    for (let i = 0; i < line.length; i += 2) context.lineTo(line[i] * scale, line[i + 1] * scale);
    context.stroke();
  }
  return canvas;
}

/** Draw the plane: the field, the line where it is 0, and in between what doesn't move. */
export function drawPlane(canvas, { field, zero, side, backdrop }, palette) {
  const { context, width } = prepare(canvas);
  field.draw(context, 0, 0, width);
  context.drawImage(backdrop, 0, 0, width, width);
  context.lineCap = "round";
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  strokePieces(context, zero, width / (side - 1));
}

/** Return the places of all units: `columns[layer][unit]` = { x, y }, and the size of their pictures. */
export function placeUnits(width, height, sizes, inputs) {
  const left = 66, right = 24, columns = [inputs, ...sizes];
  const size = Math.min(32, height / 8 - 5, (width - left - right) / columns.length - 8);
  const gap = (width - left - right) / (columns.length - 1);
  return {
    size,
    columns: columns.map((n, column) => {
      const step = Math.min(height / 8, height / n);
      return Array.from({ length: n }, (_, i) => ({
        x: left + column * gap,
        y: height / 2 + (i - (n - 1) / 2) * step,
      }));
    }),
  };
}

/** Draw the network: connections as thick as their weights, and each unit's own picture. */
export function drawNetwork(canvas, { layers, places, inputs, active, pictures, selected }, palette) {
  const { context } = prepare(canvas);
  const { size, columns } = places;
  layers.forEach(({ W, units }, l) => {
    const widest = W.length > 30 ? 2.6 : 3.8;
    const from = l === 0 ? active.map((i) => columns[0][i]) : columns[l];
    from.forEach((a, k) => {
      columns[l + 1].forEach((b, j) => {
        const weight = W[k * units + j], isChosen = selected && selected.layer === l && selected.unit === j;
        context.globalAlpha = selected && !isChosen ? 0.2 : 0.8;
        context.strokeStyle = palette.classes[weight > 0 ? 1 : 0];
        context.lineWidth = 0.3 + widest * Math.tanh(Math.abs(weight) / 3);
        const [x0, x1] = [a.x + size / 2, b.x - size / 2], middle = (x0 + x1) / 2;
        context.beginPath();
        context.moveTo(x0, a.y);
        context.bezierCurveTo(middle, a.y, middle, b.y, x1, b.y);
        context.stroke();
      });
    });
  });
  columns.forEach((column, c) => {
    column.forEach(({ x, y }, i) => {
      const isOff = c === 0 && !active.includes(i);
      const isChosen = selected && selected.layer === c - 1 && selected.unit === i;
      context.globalAlpha = isOff ? 0.3 : 1;
      context.save();
      context.beginPath();
      context.roundRect(x - size / 2, y - size / 2, size, size, 5);
      context.fillStyle = palette.background;
      context.fill();
      context.clip();
      pictures[c][i].draw(context, x - size / 2, y - size / 2, size);
      context.restore();
      context.strokeStyle = isOff ? palette.border : palette.ink;
      context.lineWidth = isChosen ? 3 : 1;
      context.beginPath();
      context.roundRect(x - size / 2, y - size / 2, size, size, 5);
      context.stroke();
      if (c > 0) return;
      context.globalAlpha = isOff ? 0.75 : 1;
      context.fillStyle = isOff ? palette.muted : palette.ink;
      context.font = "13px system-ui, sans-serif";
      context.textAlign = "right";
      context.textBaseline = "middle";
      context.fillText(inputs[i], x - size / 2 - 5, y);
    });
  });
  context.globalAlpha = 1;
}

/** Draw the log loss on the training points and on the test points, epoch by epoch. */
export function drawCurves(canvas, { train, test }, palette) {
  const { context, width, height } = prepare(canvas);
  const left = 36, right = 62, top = 8, bottom = 18, last = Math.max(train.length - 1, 10);
  let highest = 0.75;
  for (const loss of [...train, ...test]) if (loss > highest) highest = loss;
  highest = Math.min(highest * 1.05, 2);
  const px = (epoch) => left + (epoch / last) * (width - left - right);
  const py = (loss) => top + (1 - Math.min(loss / highest, 1)) * (height - top - bottom);
  context.font = "12px system-ui, sans-serif";
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (let loss = 0; loss <= highest; loss += highest > 1 ? 0.5 : 0.25) {
    context.strokeStyle = palette.border;
    context.fillStyle = palette.muted;
    context.beginPath();
    context.moveTo(left, py(loss));
    context.lineTo(width - right, py(loss));
    context.stroke();
    context.fillText(String(loss), left - 5, py(loss));
  }
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText("epoch 0", left, height - 3);
  context.textAlign = "right";
  context.fillText(String(last), width - right, height - 3);
  const ends = [[train, palette.green, [], "training"], [test, palette.purple, [5, 3], "test"]].map(
    ([losses, color, dash, name]) => {
      context.strokeStyle = color;
      context.lineWidth = 2;
      context.setLineDash(dash);
      context.beginPath();
      const stride = Math.max(1, Math.floor(losses.length / 600));
      for (let i = 0; i < losses.length; i += stride) context.lineTo(px(i), py(losses[i]));
      if (losses.length) context.lineTo(px(losses.length - 1), py(losses.at(-1)));
      context.stroke();
      return { y: losses.length ? py(losses.at(-1)) : top, color, name };
    });
  context.setLineDash([]);
  context.textAlign = "left";
  context.textBaseline = "middle";
  const [a, b] = ends, distance = 15 - Math.abs(a.y - b.y);
  if (distance > 0) { // the names must not lie on each other
    const lower = a.y >= b.y ? a : b, upper = lower === a ? b : a;
    lower.y = Math.min(lower.y + distance / 2, height - bottom);
    upper.y = lower.y - 15;
  }
  for (const { y, color, name } of ends) {
    context.fillStyle = color;
    context.fillText(name, px(train.length ? train.length - 1 : 0) + 6, y);
  }
}
