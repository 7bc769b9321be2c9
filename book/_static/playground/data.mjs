/* The playground's data: points around a skeleton of each class, with Gaussian noise.
 *
 * Since the distribution is known, so is the best answer at every point of the plane: the class
 * whose density is larger there. Its border is the Bayes boundary.
 */
import { randomNumbers, round } from "./network.mjs";

/** The plane is shown from -EDGE to EDGE, both axes. */
export const EDGE = 3;

const turn = (radius, angle) => [radius * Math.cos(angle), radius * Math.sin(angle)];
const flip = ([x1, x2], label) => (label ? [-x1, -x2] : [x1, x2]);

/** `point(label, s, t)` is a point of the skeleton, s and t from 0 to 1; `noise` is the usual one. */
export const DATA_SETS = {
  moons: {
    noise: 0.3,
    point: (label, s) => {
      const [x1, x2] = turn(1.5, Math.PI * s);
      return flip([x1 - 0.75, x2 - 0.375], label);
    },
  },
  circles: { noise: 0.2, point: (label, s) => turn(label ? 1 : 2.2, 2 * Math.PI * s) },
  xor: {
    noise: 0.15,
    isFlat: true,
    point: (label, s, t) => {
      const side = s < 0.5 ? -1 : 1; // the two squares of a class
      return [side * (0.25 + 2.1 * ((2 * s) % 1)), (label ? -side : side) * (0.25 + 2.1 * t)];
    },
  },
  blobs: { noise: 0.7, point: (label) => flip([-1.1, -0.7], label) },
  spirals: {
    noise: 0.1,
    point: (label, s) => flip(turn(0.1 + 2.5 * s, 0.2 + 3 * Math.PI * s), label),
  },
};

/** Return n points, the two classes in turn: X (n × 2, rounded so that it can be copied) and y. */
export function samplePoints(name, noise, n, seed, purpose) {
  const random = randomNumbers(seed, purpose);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const X = new Float64Array(2 * n), y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    y[i] = i % 2;
    const [x1, x2] = DATA_SETS[name].point(y[i], random(), random());
    X[2 * i] = round(x1 + noise * normal(), 3);
    X[2 * i + 1] = round(x2 + noise * normal(), 3);
  }
  return { X, y, n };
}

/** Return the points for training and for the test. */
export function trainAndTest({ data, noise, train, points }) {
  return { train: samplePoints(data, noise, train, points, 2), test: samplePoints(data, noise, 200, points, 3) };
}

/** Return a function of a point: the log of density 1 over density 0; positive where 1 is likelier. */
export function bayesLogOdds(name, noise) {
  const { point, isFlat } = DATA_SETS[name];
  const many = name === "blobs" ? 1 : isFlat ? 48 : 600, across = isFlat ? 24 : 1;
  const skeletons = [0, 1].map((label) => {
    const places = [];
    for (let i = 0; i < many; i++) {
      for (let j = 0; j < across; j++) places.push(...point(label, (i + 0.5) / many, (j + 0.5) / across));
    }
    return Float64Array.from(places);
  });
  const squares = new Float64Array(skeletons[0].length / 2);
  const logDensity = (places, x1, x2) => {
    let least = Infinity, sum = 0;
    for (let i = 0; i < squares.length; i++) {
      squares[i] = ((x1 - places[2 * i]) ** 2 + (x2 - places[2 * i + 1]) ** 2) / (2 * noise ** 2);
      if (squares[i] < least) least = squares[i];
    }
    for (const square of squares) if (square - least < 40) sum += Math.exp(least - square);
    return Math.log(sum) - least;
  };
  return (x1, x2) => logDensity(skeletons[1], x1, x2) - logDensity(skeletons[0], x1, x2);
}

/** Return the share of the points on which the Bayes boundary is right. */
export function bayesAccuracy({ data, noise }, { X, y, n }) {
  const logOdds = bayesLogOdds(data, noise);
  let right = 0;
  for (let i = 0; i < n; i++) right += logOdds(X[2 * i], X[2 * i + 1]) > 0 === y[i] > 0.5;
  return right / n;
}

/** What a network may be given of a point: names, how they are shown, functions, and Python code. */
export const FEATURES = {
  x1: { shown: "x₁", of: (x1) => x1, code: "x1" },
  x2: { shown: "x₂", of: (x1, x2) => x2, code: "x2" },
  x1x1: { shown: "x₁²", of: (x1) => x1 * x1, code: "x1**2" },
  x2x2: { shown: "x₂²", of: (x1, x2) => x2 * x2, code: "x2**2" },
  x1x2: { shown: "x₁x₂", of: (x1, x2) => x1 * x2, code: "x1 * x2" },
  sin1: { shown: "sin 2x₁", of: (x1) => Math.sin(2 * x1), code: "np.sin(2 * x1)" },
  sin2: { shown: "sin 2x₂", of: (x1, x2) => Math.sin(2 * x2), code: "np.sin(2 * x2)" },
};

/** Return the features of the points X (n × 2), n × number of names. */
export function featuresOf(X, names) {
  const n = X.length / 2, result = new Float64Array(n * names.length);
  names.forEach((name, k) => {
    for (let i = 0; i < n; i++) result[i * names.length + k] = FEATURES[name].of(X[2 * i], X[2 * i + 1]);
  });
  return result;
}

/** Return the nodes of a grid over the plane, side × 2, from the upper left corner row by row. */
export function gridPoints(side) {
  const X = new Float64Array(2 * side * side), step = (2 * EDGE) / (side - 1);
  for (let row = 0, at = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      X[at++] = -EDGE + column * step;
      X[at++] = EDGE - row * step;
    }
  }
  return X;
}
