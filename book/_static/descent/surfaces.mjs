/* The surfaces on which one can descend: a loss of two weights, and its gradient. No drawing, no page. */

/** Inputs and targets of the page's little network, w₂ tanh(w₁x). */
const INPUTS = Array.from({ length: 21 }, (_, i) => (i - 10) / 5);
const TARGETS = INPUTS.map((x) => 1.5 * Math.tanh(x));

/** A long valley with the curvatures 1 and `condition`, its axis turned by an angle. */
function valley(angle, start) {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return {
    hasCondition: true,
    value: (x, y, k) => 0.5 * ((c * x + s * y) ** 2 + k * (c * y - s * x) ** 2),
    gradient(x, y, k) {
      const along = c * x + s * y, across = k * (c * y - s * x);
      return [c * along - s * across, s * along + c * across];
    },
    box: [-12, 12, -8, 8],
    start,
    lowest: 0,
    minima: [[0, 0]],
    saddles: [],
  };
}

/** For each surface: value and gradient at (x, y) with a condition number, the part that is shown, and where one starts. */
export const SURFACES = {
  valley: { name: "long valley", ...valley(0, [10, 1]) },
  turned: { name: "turned valley", ...valley(Math.PI / 4, [0, 7]) },
  minima: {
    name: "two minima",
    value: (x, y) => x ** 4 - 2 * x * x + 0.5 * x + y * y,
    gradient: (x, y) => [4 * x ** 3 - 4 * x + 0.5, 2 * y],
    box: [-2.4, 2.4, -1.6, 1.6],
    start: [1.7, 1.2],
    lowest: -1.5147536412757057,
    minima: [[-1.057453770738378, 0], [0.9304029265558517, 0]],
    saddles: [[0.1270508441825262, 0]],
  },
  network: {
    name: "saddle and plateau",
    value(w1, w2) {
      let sum = 0;
      INPUTS.forEach((x, i) => { sum += (w2 * Math.tanh(w1 * x) - TARGETS[i]) ** 2; });
      return sum / 42;
    },
    gradient(w1, w2) {
      let g1 = 0, g2 = 0;
      INPUTS.forEach((x, i) => {
        const h = Math.tanh(w1 * x), error = w2 * h - TARGETS[i];
        g1 += error * w2 * (1 - h * h) * x;
        g2 += error * h;
      });
      return [g1 / 21, g2 / 21];
    },
    box: [-6, 6, -4, 4],
    start: [5, 0.2],
    lowest: 0,
    minima: [[1, 1.5], [-1, -1.5]],
    saddles: [[0, 0]],
  },
  bent: {
    name: "bent valley",
    value: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    gradient: (x, y) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
    box: [-2.4, 2.4, -0.7, 2.5],
    start: [-1.2, 1],
    lowest: 0,
    minima: [[1, 1]],
    saddles: [],
  },
};
