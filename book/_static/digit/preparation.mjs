/* From strokes to 28 × 28 gray levels, as the makers of MNIST prepared theirs: the drawing in black and white is
 * scaled, its sides in proportion, until its longer side measures 20 pixels; gray levels come from averaging; then it
 * is moved by whole pixels until its center of mass is in the middle. */
export const SIDE = 28, BOX = 20, MIDDLE = 14;
export const FINE = 280; // pixels of the drawing in black and white, along each side

/** Return the drawing in black (1) and white (0). A stroke is a list x, y, x, y … in units of the field's side;
 *  `pen` is the width of the pen in the same units; `fine` is what the strokes are added to. */
export function rasterize(strokes, pen, fine = new Uint8Array(FINE * FINE)) {
  const radius = (pen * FINE) / 2;
  const range = (a, b) => [
    Math.max(0, Math.floor(Math.min(a, b) - radius)), Math.min(FINE - 1, Math.ceil(Math.max(a, b) + radius)),
  ];
  for (const stroke of strokes) {
    for (let i = 0; i < stroke.length; i += 2) {
      const to = Math.min(i + 2, stroke.length - 2); // a stroke of one point is a dot
      const x = stroke[i] * FINE, y = stroke[i + 1] * FINE;
      const dx = stroke[to] * FINE - x, dy = stroke[to + 1] * FINE - y, square = dx * dx + dy * dy;
      const [left, right] = range(x, x + dx), [top, bottom] = range(y, y + dy);
      for (let row = top; row <= bottom; row++) {
        for (let column = left; column <= right; column++) {
          const px = column + 0.5 - x, py = row + 0.5 - y;
          const share = square > 0 ? Math.max(0, Math.min(1, (px * dx + py * dy) / square)) : 0;
          if ((px - share * dx) ** 2 + (py - share * dy) ** 2 <= radius * radius) fine[row * FINE + column] = 1;
        }
      }
    }
  }
  return fine;
}

/** Return the smallest rectangle that holds all ink; null if there is none. */
export function extent(fine) {
  let left = FINE, right = -1, top = FINE, bottom = -1;
  for (let row = 0, at = 0; row < FINE; row++) {
    for (let column = 0; column < FINE; column++, at++) {
      if (!fine[at]) continue;
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = row;
    }
  }
  return right < 0 ? null : { left, top, width: right + 1 - left, height: bottom + 1 - top };
}

/** Return for each of `size` pixels which fine pixels it covers, from `start` on, and by how much. */
function covers(size, start, length, scale) {
  return Array.from({ length: size }, (_, pixel) => {
    const from = start + pixel / scale, until = Math.min(start + (pixel + 1) / scale, start + length), covered = [];
    for (let fine = Math.floor(from); fine < until; fine++) {
      covered.push([fine, (Math.min(fine + 1, until) - Math.max(fine, from)) * scale]);
    }
    return covered;
  });
}

/** Return a part of the fine drawing at `scale` on size × size pixels: each is the mean of what it covers, 0 to 1. */
function average(fine, { left, top, width, height }, scale, size) {
  const columns = covers(size, left, width, scale), rows = covers(size, top, height, scale);
  const result = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (const [y, share] of rows[row]) {
        let line = 0;
        for (const [x, part] of columns[column]) line += part * fine[y * FINE + x];
        sum += share * line;
      }
      result[row * size + column] = sum;
    }
  }
  return result;
}

const gray = (share) => Math.round(255 * Math.max(0, Math.min(1, share)));

/** Return the center of mass of a square picture, counting rows and columns from 0; null if it is empty. */
export function centerOfMass(pixels, side = SIDE) {
  let ink = 0, row = 0, column = 0;
  pixels.forEach((value, i) => {
    ink += value;
    row += value * Math.floor(i / side);
    column += value * (i % side);
  });
  return ink > 0 ? { row: row / ink, column: column / ink } : null;
}

/** Return the drawing as MNIST would hold it: 28 × 28 gray levels, all 0 if there is no ink. */
export function prepare(fine) {
  const pixels = new Uint8Array(SIDE * SIDE), part = extent(fine);
  if (!part) return pixels;
  const box = average(fine, part, BOX / Math.max(part.width, part.height), BOX).map(gray);
  const center = centerOfMass(box, BOX);
  if (!center) return pixels;
  const down = Math.round(MIDDLE - center.row), right = Math.round(MIDDLE - center.column);
  for (let row = 0; row < BOX; row++) {
    for (let column = 0; column < BOX; column++) {
      const y = row + down, x = column + right;
      if (y >= 0 && y < SIDE && x >= 0 && x < SIDE) pixels[y * SIDE + x] = box[row * BOX + column];
    }
  }
  return pixels;
}

/** Return the whole field on 28 × 28 pixels, neither scaled nor moved. */
export function shrink(fine) {
  const whole = { left: 0, top: 0, width: FINE, height: FINE };
  return Uint8Array.from(average(fine, whole, SIDE / FINE, SIDE), gray);
}

/** Return a picture turned by `turn` degrees, clockwise, about its middle, then moved by `right` and `down` pixels. */
export function moved(pixels, { right = 0, down = 0, turn = 0 }) {
  const result = new Uint8Array(SIDE * SIDE);
  const cosine = Math.cos((turn * Math.PI) / 180), sine = Math.sin((turn * Math.PI) / 180);
  const at = (row, column) => (row >= 0 && row < SIDE && column >= 0 && column < SIDE ? pixels[row * SIDE + column] : 0);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const y = row - down - MIDDLE, x = column - right - MIDDLE;
      const oldRow = MIDDLE + cosine * y - sine * x, oldColumn = MIDDLE + sine * y + cosine * x;
      const top = Math.floor(oldRow), left = Math.floor(oldColumn), dy = oldRow - top, dx = oldColumn - left;
      result[row * SIDE + column] = Math.round(
        (1 - dy) * ((1 - dx) * at(top, left) + dx * at(top, left + 1)) +
        dy * ((1 - dx) * at(top + 1, left) + dx * at(top + 1, left + 1)),
      );
    }
  }
  return result;
}

/** Return two pictures laid one over the other. */
export const overlaid = (a, b) => a.map((value, i) => Math.max(value, b[i]));
