/* The pictures of a descent on canvas: the surface with its contour lines, the path, the loss. */
import { contour, Field, prepare, strokePieces } from "../widgets/drawing.mjs";

const SIDE = 151; // nodes of the grid, along each axis
const LINES = 12;

/** Return the values of a surface on the grid, above its lowest point, row by row from the top. */
function heights({ value, box: [left, right, low, high], lowest }, condition) {
  const values = new Float64Array(SIDE * SIDE);
  for (let row = 0, at = 0; row < SIDE; row++) {
    const y = high - ((high - low) * row) / (SIDE - 1);
    for (let column = 0; column < SIDE; column++) {
      values[at++] = value(left + ((right - left) * column) / (SIDE - 1), y, condition) - lowest;
    }
  }
  return values;
}

/** Return a canvas with what doesn't move: the surface, darker where it is lower, its minima and saddles. */
export function drawSurface(width, height, surface, condition, palette) {
  const canvas = document.createElement("canvas"), { context } = prepare(canvas, width, height);
  const values = heights(surface, condition), highest = values.reduce((a, b) => Math.max(a, b));
  // Lines at equal ratios, from the highest point down to a ten-thousandth of it
  const levels = Array.from({ length: LINES }, (_, i) => 0.6 * highest * 10 ** ((-4 * (i * i + 3 * i)) / (LINES * LINES + 3 * LINES)));
  const shade = (v) => -Math.min(1, Math.max(0, Math.log10(highest / Math.max(v, 1e-12)) / 4)) * 0.6;
  const field = new Field(SIDE);
  field.paint(values.map(shade), palette.shades);
  field.draw(context, 0, 0, width, height);
  context.strokeStyle = palette.muted;
  context.globalAlpha = 0.5;
  context.lineWidth = 0.8;
  for (const level of levels) {
    strokePieces(context, contour(values.map((v) => v - level), SIDE), width / (SIDE - 1), height / (SIDE - 1));
  }
  context.globalAlpha = 1;
  const at = placer(surface, width, height);
  for (const point of surface.minima) star(context, ...at(point), 7, palette);
  for (const point of surface.saddles) cross(context, ...at(point), 5, palette);
  drawAxes(context, width, height, surface, palette);
  return canvas;
}

/** Return a function that gives the place of a point in the picture. */
export function placer({ box: [left, right, low, high] }, width, height) {
  return ([x, y]) => [((x - left) / (right - left)) * width, ((high - y) / (high - low)) * height];
}

function star(context, x, y, size, palette) {
  context.beginPath();
  for (let i = 0; i < 10; i++) {
    const r = i % 2 ? 0.42 * size : size, a = (i * Math.PI) / 5;
    context.lineTo(x + r * Math.sin(a), y - r * Math.cos(a));
  }
  context.closePath();
  context.fillStyle = palette.ink;
  context.fill();
}

function cross(context, x, y, size, palette) {
  context.beginPath();
  context.moveTo(x - size, y - size);
  context.lineTo(x + size, y + size);
  context.moveTo(x - size, y + size);
  context.lineTo(x + size, y - size);
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  context.stroke();
}

function drawAxes(context, width, height, surface, palette) {
  const { box: [left, right, low, high] } = surface, at = placer(surface, width, height);
  const spacing = [0.5, 1, 2, 5].find((step) => (right - left) / step <= 10) ?? 5;
  context.fillStyle = palette.muted;
  context.strokeStyle = palette.muted;
  context.lineWidth = 1;
  context.font = "12px system-ui, sans-serif";
  const name = (value) => String(value).replace("-", "−");
  const tick = (x, y, dx, dy) => {
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + dx, y + dy);
    context.stroke();
  };
  context.textAlign = "center";
  context.textBaseline = "bottom";
  for (let i = Math.ceil(left / spacing); i * spacing <= right; i++) {
    const [x] = at([i * spacing, low]);
    if (x < 40 || x > width - 34) continue;
    tick(x, height, 0, -5);
    context.fillText(name(i * spacing), x, height - 6);
  }
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (let i = Math.ceil(low / spacing); i * spacing <= high; i++) {
    const [, y] = at([left, i * spacing]);
    if (y < 26 || y > height - 26) continue;
    tick(0, y, 5, 0);
    context.fillText(name(i * spacing), 8, y);
  }
  context.fillStyle = palette.ink;
  context.font = "italic 15px Georgia, serif";
  context.fillText("w₂", 7, 13);
  context.textAlign = "right";
  context.fillText("w₁", width - 7, height - 12);
}

/** Draw the surface, the path before (pale), the path, and where it is now. */
export function drawPlane(canvas, { backdrop, surface, points, before }, palette) {
  const { context, width, height } = prepare(canvas), at = placer(surface, width, height);
  context.drawImage(backdrop, 0, 0, width, height);
  context.lineJoin = "round";
  if (before) {
    context.globalAlpha = 0.75;
    drawPath(context, before.map(at), palette.muted, 1.2);
    context.globalAlpha = 1;
  }
  const places = points.map(at);
  drawPath(context, places, palette.classes[1], 1.6);
  const [x, y] = places.at(-1);
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.fillStyle = palette.classes[1];
  context.strokeStyle = palette.background;
  context.lineWidth = 1.5;
  if (points.length > 1) {
    context.fill();
    context.stroke();
  }
}

/** Draw a path, with a dot at each step that is far enough from the last dot. */
function drawPath(context, places, color, width) {
  const bounded = places.map(([x, y]) => [Math.max(-1e5, Math.min(1e5, x)), Math.max(-1e5, Math.min(1e5, y))]);
  context.strokeStyle = context.fillStyle = color;
  context.lineWidth = width;
  context.beginPath();
  for (const [x, y] of bounded) context.lineTo(x, y);
  context.stroke();
  let last = [-1e9, 0];
  for (const [x, y] of bounded) {
    if (Math.hypot(x - last[0], y - last[1]) < 6) continue;
    last = [x, y];
    context.beginPath();
    context.arc(x, y, 2.4, 0, 2 * Math.PI);
    context.fill();
  }
}

/** Draw the losses above the lowest one, step by step, on a logarithmic axis. */
export function drawLosses(canvas, { losses, before, lowest }, palette) {
  const { context, width, height } = prepare(canvas);
  const left = 44, right = 10, top = 10, bottom = 20;
  const log = (loss) => Math.log10(Math.max(loss - lowest, 1e-10));
  const all = [...losses, ...(before ?? [])].map(log);
  const most = Math.ceil(Math.min(all.reduce((a, b) => Math.max(a, b)), 12) + 1e-9);
  const least = Math.min(most - 2, Math.floor(all.reduce((a, b) => Math.min(a, b))));
  const last = Math.max(losses.length - 1, (before?.length ?? 1) - 1, 10);
  const px = (step) => left + (step / last) * (width - left - right);
  const py = (value) => top + ((most - value) / (most - least)) * (height - top - bottom);
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.lineWidth = 1;
  const power = (value) => (value >= 0 && value < 4 ? String(10 ** value) : `10${[...String(value)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("")}`);
  const stride = Math.ceil((most - least) / 5);
  for (let value = most; value >= least; value -= stride) {
    context.strokeStyle = palette.border;
    context.beginPath();
    context.moveTo(left, py(value));
    context.lineTo(width - right, py(value));
    context.stroke();
    context.fillStyle = palette.muted;
    context.fillText(power(value), left - 6, py(value));
  }
  context.textBaseline = "alphabetic";
  context.fillText(String(last), width - right, height - 4);
  context.textAlign = "left";
  context.fillText("step 0", left, height - 4);
  const line = (values, color, thick) => {
    context.strokeStyle = color;
    context.lineWidth = thick;
    context.beginPath();
    const every = Math.max(1, Math.floor(values.length / 800));
    for (let i = 0; i < values.length; i += every) context.lineTo(px(i), Math.max(0, py(log(values[i]))));
    context.lineTo(px(values.length - 1), Math.max(0, py(log(values.at(-1)))));
    context.stroke();
  };
  if (before) line(before, palette.muted, 1.2);
  line(losses, palette.classes[1], 2);
}
