/* The settings of an experiment, checked, as text in the address: #playground?data=xor&hidden=4,2 */
import { DATA_SETS, FEATURES } from "./data.mjs";
import { ACTIVATIONS, OPTIMIZERS } from "./network.mjs";

const oneOf = (choices) => ({
  read: (text) => (Object.hasOwn(choices, text) ? text : undefined),
  want: `one of ${Object.keys(choices).join(", ")}`,
});
const isWritten = (text) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
const number = (low, high) => ({
  read: (text) => (isWritten(text) && Number(text) >= low && Number(text) <= high ? Number(text) : undefined),
  want: `a number from ${low} to ${high}`,
});
const integer = (low, high) => ({
  read: (text) => (/^\d{1,9}$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : undefined),
  want: `a whole number from ${low} to ${high}`,
});
const list = (item, low, high, want) => ({
  read: (text) => {
    const items = text === "" ? [] : text.split(",").map(item.read);
    const isGood = items.length >= low && items.length <= high && !items.includes(undefined);
    return isGood && (item.mayRepeat || new Set(items).size === items.length) ? items : undefined;
  },
  want,
});

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
  const settings = {}, problems = [];
  for (const [name, [value]] of Object.entries(SETTINGS)) settings[name] = Array.isArray(value) ? [...value] : value;
  for (const [name, value] of new URLSearchParams(text.slice(0, 2000))) {
    const said = `${name.slice(0, 20)}=${value.slice(0, 30)}`;
    if (!Object.hasOwn(SETTINGS, name)) {
      problems.push(`there is no setting “${said}”`);
      continue;
    }
    const [usual, { read, want }] = SETTINGS[name];
    const good = read(value);
    if (good === undefined) problems.push(`“${said}” should be ${want}; it is ${usual ?? "as usual"} here`);
    else settings[name] = good;
  }
  settings.noise ??= DATA_SETS[settings.data].noise;
  return { settings, problems };
}

/** Return the text that holds all settings which are not the first ones. */
export function writeSettings(settings) {
  const parts = [];
  for (const [name, [usual]] of Object.entries(SETTINGS)) {
    const first = name === "noise" ? DATA_SETS[settings.data].noise : usual;
    if (String(settings[name]) !== String(first)) parts.push(`${name}=${settings[name]}`);
  }
  return parts.join("&");
}
