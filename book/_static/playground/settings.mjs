/* The settings of an experiment, checked, as text in the address: #playground?data=xor&hidden=4,2 */
import { DATA_SETS, FEATURES } from "./data.mjs";
import { ACTIVATIONS, OPTIMIZERS } from "./network.mjs";
import { integer, list, number, oneOf, readKnown, writeKnown } from "../widgets/settings.mjs";

/** For each setting: what it is at first, how it is read, and what it is called in messages. */
const SETTINGS = {
  data: ["circles", oneOf(DATA_SETS)],
  noise: [null, number(0.05, 1)], // null: the usual noise of the data
  train: [200, integer(10, 200)],
  points: [1, integer(1, 999_999)],
  features: [["x1", "x2"], list(oneOf(FEATURES), 1, 7, `some of ${Object.keys(FEATURES).join(",")}`)],
  hidden: [[4, 2], list({ ...integer(1, 8), mayRepeat: true }, 0, 4, "up to four numbers of units from 1 to 8, such as 4,2")],
  activation: ["tanh", oneOf(ACTIVATIONS)],
  optimizer: ["sgd", oneOf(OPTIMIZERS)],
  rate: [0.1, number(1e-6, 1000)],
  batch: [10, integer(1, 200)],
  l1: [0, number(0, 1)],
  l2: [0, number(0, 1)],
  dropout: [0, number(0, 0.9)],
  seed: [1, integer(1, 999_999)],
  epoch: [0, integer(0, 2000)], // how long it is trained when it is opened
  each: [200, integer(1, 2000)], // epochs of each network of "100 networks"
  bayes: [0, integer(0, 1)],
  test: [0, integer(0, 1)],
};

/** Return the settings that a text such as "data=xor&rate=0.3" holds, and what is wrong with it. */
export function readSettings(text) {
  const { settings, problems } = readKnown(SETTINGS, text);
  settings.noise ??= DATA_SETS[settings.data].noise;
  return { settings, problems };
}

/** Return the text that holds all settings which are not the first ones. */
export function writeSettings(settings) {
  return writeKnown(SETTINGS, settings, { noise: DATA_SETS[settings.data].noise });
}
