/* "Copy as Python": the same points, first weights and training, for annbook.network and for Keras. */
import { FEATURES } from "./data.mjs";

/** Return `text` of items separated by commas in lines of at most 88 characters. */
function wrapped(items, indent = "    ") {
  const lines = [];
  let line = indent;
  for (const item of items) {
    if (line.length + item.length > 87) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${item}, `;
  }
  return [...lines, line.trimEnd()].join("\n");
}

const rows = (X, width) =>
  Array.from({ length: X.length / width }, (_, i) => `[${[...X.subarray(i * width, (i + 1) * width)].join(", ")}]`);
const matrix = (X, width) => `np.array([\n${wrapped(rows(X, width))}\n])`;
const vector = (x) => `np.array([\n${wrapped([...x].map(String))}\n])`;

/** Return the lines that both kinds share: points, features, first weights. */
function numbers({ settings, train, test, start }) {
  const width = settings.features.length;
  const lines = [
    `X = ${matrix(train.X, 2)}`, `y = ${vector(train.y)}`,
    `X_test = ${matrix(test.X, 2)}`, `y_test = ${vector(test.y)}`, "", "",
    "def features(X):",
    '    """Return what the network is given of the points."""',
    "    x1, x2 = X.T",
    `    return np.stack([${settings.features.map((name) => FEATURES[name].code).join(", ")}], axis=1)`,
    "", "",
    "weights = [  # of each layer: a matrix and the biases",
  ];
  let at = 0;
  [width, ...settings.hidden].forEach((inputs, l) => {
    const units = [...settings.hidden, 1][l], middle = at + inputs * units;
    const indented = (text) => `${text.replaceAll("\n", "\n    ")},`;
    lines.push(`    ${indented(matrix(start.subarray(at, middle), units))}`);
    lines.push(`    ${indented(vector(start.subarray(middle, middle + units)))}`);
    at = middle + units;
  });
  return [...lines, "]"];
}

function heading({ settings, address }) {
  const lines = ["# An experiment of the playground: the same points, first weights and steps."];
  if (address) lines.push(`# ${address}`);
  if (settings.dropout > 0) lines.push("# Dropout draws its own random numbers here: the results differ a little.");
  return lines;
}

function optimizerCode({ optimizer, rate }) {
  return optimizer === "adam" ? `Adam(${rate})` : `SGD(${rate}${optimizer === "momentum" ? ", momentum=0.9" : ""})`;
}

const fit = ({ settings, epochs }) => `epochs=${epochs}, batch_size=${settings.batch}, shuffle=False`;

/** Return Python code for the book's own network. `experiment` is what `numbers` and `fit` take. */
export function annbookCode(experiment) {
  const { settings } = experiment, { optimizer, activation, hidden, dropout, l1, l2 } = settings;
  const penalties = (l1 ? `, l1=${l1}` : "") + (l2 ? `, l2=${l2}` : "");
  const layers = [];
  let inputs = settings.features.length;
  for (const units of hidden) {
    layers.push(`Dense(${inputs}, ${units}${penalties})`);
    if (activation !== "linear") layers.push(`Activation("${activation}")`);
    if (dropout) layers.push(`Dropout(${dropout})`);
    inputs = units;
  }
  layers.push(`Dense(${inputs}, 1${penalties})`);
  const name = optimizer === "adam" ? "Adam" : "SGD";
  const used = [
    ...(name === "SGD" ? ["SGD"] : []),
    ...(layers.some((layer) => layer.startsWith("Activation")) ? ["Activation"] : []),
    ...(name === "Adam" ? ["Adam"] : []),
    "Dense",
    ...(layers.some((layer) => layer.startsWith("Dropout")) ? ["Dropout"] : []),
    "Network",
  ].join(", ");
  return [
    ...heading(experiment),
    "import numpy as np",
    "",
    `from annbook.network import ${used}`,
    "",
    ...numbers(experiment),
    "network = Network(",
    "    [",
    ...layers.map((layer) => `        ${layer},`),
    "    ],",
    '    "sigmoid_crossentropy",',
    ")",
    "network.set_parameters(weights)",
    "network.fit(",
    `    features(X), y, optimizer=${optimizerCode(settings)},`,
    `    ${fit(experiment)},`,
    ")",
    'print("train", network.evaluate(features(X), y))',
    'print("test", network.evaluate(features(X_test), y_test))',
    "",
  ].join("\n");
}

const KERAS_OPTIMIZERS = { // TensorFlow rounds other numbers than NumPy's to 32 bits
  sgd: (rate) => `SGD(${rate})`,
  momentum: (rate) => `SGD(${rate}, momentum=np.float64(0.9))`,
  adam: (rate) => `Adam(\n        ${rate}, beta_1=np.float64(0.9), beta_2=np.float64(0.999), epsilon=np.float64(1e-7)\n    )`,
};

/** Return Python code for Keras, in 64 bits as in the browser. */
export function kerasCode(experiment) {
  const { settings } = experiment, { optimizer, rate, activation, hidden, dropout, l1, l2 } = settings;
  const penalty = l1 || l2 ? ", kernel_regularizer=penalty" : "";
  const layers = [`keras.Input((${settings.features.length},))`];
  for (const units of hidden) {
    layers.push(`keras.layers.Dense(${units}, activation="${activation}"${penalty})`);
    if (dropout) layers.push(`keras.layers.Dropout(${dropout})`);
  }
  layers.push(`keras.layers.Dense(1${penalty})`);
  return [
    ...heading(experiment),
    "import keras",
    "import numpy as np",
    "",
    'keras.config.set_floatx("float64")  # the browser computes in 64 bits',
    'keras.config.set_dtype_policy("float64")',
    "",
    ...numbers(experiment),
    ...(penalty ? [`penalty = keras.regularizers.L1L2(${l1}, ${l2})`] : []),
    "model = keras.Sequential(",
    "    [",
    ...layers.map((layer) => `        ${layer},`),
    "    ]",
    ")",
    "model.set_weights(weights)",
    "model.compile(",
    `    optimizer=keras.optimizers.${KERAS_OPTIMIZERS[optimizer](rate)},`,
    "    loss=keras.losses.BinaryCrossentropy(from_logits=True),",
    "    metrics=[keras.metrics.BinaryAccuracy(threshold=0)],",
    ")",
    `model.fit(features(X), y, ${fit(experiment)}, verbose=0)`,
    'print("train", model.evaluate(features(X), y, verbose=0, return_dict=True))',
    'print("test", model.evaluate(features(X_test), y_test, verbose=0, return_dict=True))',
    "",
  ].join("\n");
}
