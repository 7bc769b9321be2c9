/* Pictures on canvas: the theme's colors, sharp lines, a field of numbers and its contour lines. */

const rgb = (color) => `rgb(${color.map(Math.round).join(",")})`;
const mix = (a, b, share) => a.map((value, i) => value + (b[i] - value) * share);

/** Read the theme's colors from the CSS variables of `node`; `shades` go from class 0 to class 1. */
export function readPalette(node) {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const style = getComputedStyle(node);
  const color = (name, fallback) => {
    context.fillStyle = fallback;
    context.fillStyle = style.getPropertyValue(name).trim() || fallback;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const background = color("--pst-color-background", "#ffffff");
  const classes = [color("--annbook-blue", "#0072b2"), color("--annbook-vermillion", "#b84a00")];
  const shades = new Uint8ClampedArray(3 * 256);
  for (let i = 0; i < 256; i++) {
    const t = (2 * i) / 255 - 1;
    shades.set(mix(background, classes[t < 0 ? 0 : 1], 0.58 * Math.abs(t) ** 0.8), 3 * i);
  }
  return {
    background: rgb(background), shades,
    classes: classes.map(rgb),
    ink: rgb(color("--pst-color-text-base", "#222222")),
    muted: rgb(color("--pst-color-text-muted", "#5a5a5a")),
    border: rgb(color("--pst-color-border", "#c9c9c9")),
    green: rgb(color("--annbook-green", "#00735a")),
    purple: rgb(color("--annbook-purple", "#9a4f7d")),
  };
}

/** Fit a canvas to its place on the page; return its context, in CSS pixels, and its size. */
export function prepare(canvas, width = canvas.clientWidth || 300, height = canvas.clientHeight || 300) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** A small picture of one number at each node of a grid, from -1 (class 0's color) to 1. */
export class Field {
  constructor(side) {
    this.side = side;
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = side;
    this.context = this.canvas.getContext("2d");
    this.image = this.context.createImageData(side, side);
  }

  /** Color the nodes by their values. */
  paint(values, shades) {
    const { data } = this.image;
    for (let i = 0, at = 0; at < data.length; i++, at += 4) {
      const shade = 3 * Math.max(0, Math.min(255, Math.round(127.5 + 127.5 * values[i])));
      data[at] = shades[shade];
      data[at + 1] = shades[shade + 1];
      data[at + 2] = shades[shade + 2];
      data[at + 3] = 255;
    }
    this.context.putImageData(this.image, 0, 0);
  }

  /** Draw it so that the outermost nodes lie on the edges. */
  draw(context, x, y, width, height = width) {
    context.drawImage(this.canvas, 0.5, 0.5, this.side - 1, this.side - 1, x, y, width, height);
  }
}

/** Return where `values` on a grid are 0, as pieces of lines (x, y, x, y …) in units of the grid. */
export function contour(values, side) {
  const pieces = [];
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const at = row * side + column;
      const above = (values[at] > 0) + (values[at + 1] > 0) + (values[at + side] > 0) + (values[at + side + 1] > 0);
      if (above === 0 || above === 4) continue; // most cells
      const corners = [values[at], values[at + 1], values[at + side + 1], values[at + side]];
      const crossings = [];
      for (let edge = 0; edge < 4; edge++) {
        const a = corners[edge], b = corners[(edge + 1) % 4];
        if (a > 0 === b > 0) continue;
        const t = a / (a - b);
        crossings.push(...[[column + t, row], [column + 1, row + t], [column + 1 - t, row + 1], [column, row + 1 - t]][edge]);
      }
      pieces.push(...crossings);
    }
  }
  return pieces;
}

/** Join pieces into long lines, so that they can be dotted evenly. */
export function joined(pieces) {
  const keys = [], at = new Map(); // for each end of a piece: the ends that lie there
  for (let end = 0; end < pieces.length / 2; end++) {
    keys.push(`${Math.round(pieces[2 * end] * 1e4)},${Math.round(pieces[2 * end + 1] * 1e4)}`);
    at.set(keys[end], [...(at.get(keys[end]) ?? []), end]);
  }
  const isUsed = new Set(), lines = [];
  const isOpen = (end) => at.get(keys[end]).length === 1;
  const ends = keys.map((_, end) => end);
  for (const first of [...ends.filter(isOpen), ...ends]) {
    if (isUsed.has(first >> 1)) continue;
    const line = [pieces[2 * first], pieces[2 * first + 1]];
    for (let end = first; end !== undefined;) {
      isUsed.add(end >> 1);
      const other = end ^ 1;
      line.push(pieces[2 * other], pieces[2 * other + 1]);
      end = at.get(keys[other]).find((next) => !isUsed.has(next >> 1));
    }
    lines.push(line);
  }
  return lines;
}

/** Stroke such pieces; across and down, a unit of the grid has these sizes. */
export function strokePieces(context, pieces, across, down = across) {
  context.beginPath();
  for (let i = 0; i < pieces.length; i += 4) {
    context.moveTo(pieces[i] * across, pieces[i + 1] * down);
    context.lineTo(pieces[i + 2] * across, pieces[i + 3] * down);
  }
  context.stroke();
}
