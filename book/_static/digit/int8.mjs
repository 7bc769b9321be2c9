/* A dense network read from a file with one byte for each weight, as annbook.int8_file writes it. */
const FORMAT = "annbook-int8-1";
const ACTIVATIONS = ["relu", "softmax", "linear"];

/** Return the bytes that a text in Base64 stands for. */
export function bytesOf(text) {
  const characters = atob(text), bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

const isNumber = (value) => Number.isFinite(value);

export class Int8Network {
  /** `content` is what the file holds; an Error says what is wrong with it. */
  constructor(content) {
    if (content?.format !== FORMAT) throw new Error(`the format is ${content?.format}, not ${FORMAT}`);
    if (!isNumber(content.input_scale)) throw new Error("the factor for the inputs is missing");
    this.inputs = content.input_shape.reduce((product, side) => product * side, 1);
    this.inputScale = Math.fround(content.input_scale);
    let inputs = this.inputs;
    this.layers = content.layers.map(({ units, activation, weights, scale, bias }, number) => {
      const whole = new Int8Array(bytesOf(weights).buffer);
      const isWhole = whole.length === inputs * units && scale.length === units && bias.length === units;
      if (!isWhole || !ACTIVATIONS.includes(activation) || ![...scale, ...bias].every(isNumber)) {
        throw new Error(`layer ${number + 1} is damaged`);
      }
      const W = new Float32Array(whole.length); // row by row: the weights of one input
      for (let i = 0; i < W.length; i++) W[i] = whole[i] * Math.fround(scale[i % units]);
      const layer = { inputs, units, activation, W, b: Float32Array.from(bias) };
      inputs = units;
      return layer;
    });
    this.outputs = inputs;
  }

  /** Return the sums of all layers, before their activations, for gray levels from 0 to 255. */
  sums(pixels) {
    let values = Float64Array.from(pixels, (pixel) => pixel * this.inputScale);
    return this.layers.map(({ inputs, units, activation, W, b }) => {
      const sums = Float64Array.from(b);
      for (let i = 0, at = 0; i < inputs; i++, at += units) {
        const value = values[i];
        if (value === 0) continue; // most pixels are paper
        for (let unit = 0; unit < units; unit++) sums[unit] += value * W[at + unit];
      }
      values = activation === "relu" ? sums.map((sum) => Math.max(sum, 0)) : sums;
      return sums;
    });
  }

  /** Return the outputs for gray levels from 0 to 255. */
  predict(pixels) {
    const sums = this.sums(pixels).at(-1), { activation } = this.layers.at(-1);
    if (activation === "relu") return sums.map((sum) => Math.max(sum, 0));
    if (activation === "linear") return sums;
    const most = Math.max(...sums), powers = sums.map((sum) => Math.exp(sum - most));
    const total = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / total);
  }

  /** Return how much each pixel adds to the sum of output `a` above that of output `b`:
   *  its ink times the gradient of the difference. */
  evidence(pixels, a, b) {
    const sums = this.sums(pixels);
    let delta = new Float64Array(this.outputs);
    delta[a] += 1;
    delta[b] -= 1;
    for (let number = this.layers.length - 1; number >= 0; number--) {
      const { inputs, units, W } = this.layers[number], before = new Float64Array(inputs);
      for (let i = 0, at = 0; i < inputs; i++, at += units) {
        if (number > 0 ? this.layers[number - 1].activation === "relu" && sums[number - 1][i] <= 0 : pixels[i] === 0) continue;
        for (let unit = 0; unit < units; unit++) before[i] += delta[unit] * W[at + unit];
      }
      delta = before;
    }
    return delta.map((slope, i) => slope * pixels[i] * this.inputScale);
  }
}
