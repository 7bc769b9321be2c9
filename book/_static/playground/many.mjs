/* A hundred networks with other first weights, in a worker of its own: nothing on the page waits. */
import { featuresOf, trainAndTest } from "./data.mjs";
import { Network, Training } from "./network.mjs";

/** Train one network for `settings.each` epochs; return its accuracy on the test points (or NaN). */
export function accuracyOfOne(settings, seed) {
  const { train, test } = trainAndTest(settings);
  const network = new Network([settings.features.length, ...settings.hidden, 1], settings.activation);
  network.initialize(seed);
  const training = new Training(network, featuresOf(train.X, settings.features), train.y, settings, seed);
  for (let epoch = 0; epoch < settings.each && !training.diverged; epoch++) training.epoch();
  return training.diverged ? NaN : network.evaluate(featuresOf(test.X, settings.features), test.y, test.n).accuracy;
}

/** Return the ends of Wilson's 95 % interval for a success rate. */
export function wilson(successes, n, z = 1.96) {
  const p = successes / n;
  const middle = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2))) / (1 + z ** 2 / n);
  return [middle - half, middle + half];
}

if (typeof WorkerGlobalScope !== "undefined") {
  addEventListener("message", ({ data: { settings, seeds } }) => {
    for (const seed of seeds) postMessage({ seed, accuracy: accuracyOfOne(settings, seed) });
  });
}
