/* The playground on the page: controls, the loop that trains and draws, and what it says. */
import {
  bayesAccuracy, bayesLogOdds, DATA_SETS, FEATURES, featuresOf, gridPoints, samplePoints, trainAndTest,
} from "./data.mjs";
import { contour, Field, joined, readPalette } from "../widgets/drawing.mjs";
import { button, copied, element, sentences } from "../widgets/elements.mjs";
import { nextFrame, nextTask, watchLook } from "../widgets/in_view.mjs";
import { addressed, addressOf } from "../widgets/settings.mjs";
import { drawBackdrop, drawCurves, drawNetwork, drawPlane, drawThumbnail, placeUnits } from "./drawing.mjs";
import { wilson } from "./many.mjs";
import { Network, Training } from "./network.mjs";
import { annbookCode, kerasCode } from "./python_code.mjs";
import { readSettings, writeSettings } from "./settings.mjs";

const SIDE = 72; // nodes of the grid on which outputs are computed, along each axis
const SMALL = 36; // of a unit's picture
const MOST_EPOCHS = 20_000;
const MILLISECONDS = 10; // of training in a frame, at most
const FEW_MILLISECONDS = 4; // of work at a time, while the page is still new to its reader
const PATIENCE = 1500; // milliseconds of training before the still picture on the page is replaced
const SUCCESS = 0.05; // a network may miss the Bayes boundary's accuracy by that
const FEATURE_NAMES = Object.keys(FEATURES);
const OPTIMIZER_NAMES = { sgd: "SGD", momentum: "momentum 0.9", adam: "Adam" };
const DATA_NAMES = { moons: "moons", circles: "circles", xor: "XOR", blobs: "blobs", spirals: "spirals" };
const ACTIVATION_NAMES = { tanh: "tanh", sigmoid: "sigmoid", relu: "ReLU", linear: "linear" };
const SPEEDS = { slow: "a step a frame", normal: "an epoch a frame", fast: "as fast as it can" };

const percent = (share) => `${(100 * share).toFixed(share < 1 && share > 0.995 ? 1 : 0)} %`;

export class Playground {
  constructor(root) {
    this.root = root;
    this.grid = gridPoints(SIDE);
    this.isRunning = false;
    this.isVisible = true;
    this.isCalm = matchMedia("(prefers-reduced-motion: reduce)");
    this.frames = 0;
    Object.assign(this, this.readAddress());
    this.renew();
  }

  /** Train while the page still shows a picture, then take its place; every task is short. */
  static async start(root) {
    const playground = new Playground(root), asked = location.hash, { epoch } = playground.settings;
    await nextTask();
    playground.bayesAccuracy; // computed here, in a task of its own
    for (const end = performance.now() + PATIENCE; playground.isBefore(epoch) && performance.now() < end;) {
      await nextTask();
      playground.trainFor(FEW_MILLISECONDS, epoch);
    }
    await nextTask();
    const still = root.querySelector(":scope > picture"), parts = playground.build();
    await nextTask();
    root.replaceChildren(...(still ? [still] : []), ...parts);
    root.classList.add("is-live");
    playground.showNetwork();
    playground.showInspector();
    playground.showNumbers();
    playground.say(playground.problems);
    playground.listen();
    await playground.drawFirst();
    still?.remove();
    root.playground = playground;
    if (location.hash !== asked) playground.follow();
    else if (!playground.isRunning) {
      playground.check();
      playground.trainTo(epoch);
    }
  }

  // ── the address ─────────────────────────────────────────────

  readAddress() {
    return readSettings(addressed(this.root));
  }

  /** Return the address of this experiment; how long it ran is part of it if nothing was changed on the way. */
  address() {
    const epoch = this.isReplayable ? Math.min(this.epoch, 2000) : 0;
    return addressOf(this.root, writeSettings({ ...this.settings, epoch }));
  }

  writeAddress() {
    clearTimeout(this.addressTimer); // browsers allow only some changes a second
    this.addressTimer = setTimeout(() => history.replaceState(null, "", this.address()), 300);
  }

  // ── data, network, training ─────────────────────────────────

  /** Start anew from the settings, and show it. */
  restart() {
    this.stop();
    if (this.renew()) this.forgetMany();
    this.showNetwork();
    this.showInspector();
    this.draw();
  }

  /** Make points and network anew, from the settings; return whether the points are others. */
  renew() {
    const { settings } = this;
    const key = JSON.stringify([settings.data, settings.noise, settings.train, settings.points]);
    const isOther = key !== this.dataKey;
    if (isOther) {
      this.dataKey = key;
      Object.assign(this, trainAndTest(settings));
      this.bayesLines = this.bayesShare = null;
    }
    const sizes = [settings.features.length, ...settings.hidden, 1];
    this.network = new Network(sizes, settings.activation);
    this.network.initialize(settings.seed);
    this.inputs = {
      train: featuresOf(this.train.X, settings.features),
      test: featuresOf(this.test.X, settings.features),
      grid: featuresOf(this.grid, settings.features),
    };
    this.epoch = 0;
    this.isReplayable = true;
    this.history = { train: [], test: [] };
    if (this.selected && !(this.selected.unit < sizes[this.selected.layer + 1])) this.selected = null;
    this.begin();
    this.measure();
    this.remember();
    return isOther;
  }

  /** The share of the test points on which the Bayes boundary is right. */
  get bayesAccuracy() {
    return (this.bayesShare ??= bayesAccuracy(this.settings, this.test));
  }

  /** Let the training, and the code that can be copied, begin at the weights as they are. */
  begin() {
    const { network, inputs, train, settings } = this;
    this.training = new Training(network, inputs.train, train.y, settings, settings.seed);
    this.start = network.weights.slice();
    this.startEpoch = this.epoch;
  }

  /** Go on from here with something changed by hand: a weight, or a setting of the training. */
  goOn() {
    if (this.training.at > 0 && !this.training.diverged) this.advance();
    if (this.epoch > 0) this.isReplayable = false;
    this.begin();
    this.measure();
    this.draw();
  }

  measure() {
    const { network, inputs, train, test } = this;
    this.now = {
      train: network.evaluate(inputs.train, train.y, train.n),
      test: network.evaluate(inputs.test, test.y, test.n),
    };
  }

  remember() {
    this.history.train.push(this.now.train.loss);
    this.history.test.push(this.now.test.loss);
  }

  /** Train until an epoch is complete or the time is over. */
  advance(until = Infinity) {
    do {
      const isComplete = this.training.step();
      if (this.training.diverged) break;
      if (isComplete) {
        this.epoch += 1;
        this.measure();
        this.remember();
        return;
      }
    } while (performance.now() < until);
    this.measure();
  }

  finishEpoch() {
    if (!this.training.diverged) this.advance();
    this.check();
  }

  check() {
    if (this.training.diverged) {
      this.stop();
      this.say([`the training diverged in epoch ${this.epoch + 1}: the weights grew beyond all bounds. ` +
        "Choose a smaller learning rate and press Reset; the picture shows the last weights before that"]);
    } else if (this.epoch >= MOST_EPOCHS) {
      this.stop();
      this.say([`it stops after ${MOST_EPOCHS} epochs`]);
    }
  }

  isBefore(epoch) {
    return this.epoch < epoch && !this.training.diverged;
  }

  /** Train to an epoch, or for some milliseconds. */
  trainFor(milliseconds, epoch) {
    const until = performance.now() + milliseconds;
    while (this.isBefore(epoch) && performance.now() < until) this.advance();
  }

  /** Train to an epoch, in slices that leave the page time for other things. */
  trainTo(epoch) {
    const training = this.training;
    const slice = () => {
      if (training !== this.training || this.isRunning) return;
      this.trainFor(25, epoch);
      this.check();
      this.draw();
      if (this.isBefore(epoch)) setTimeout(slice, 0);
    };
    if (this.isBefore(epoch)) slice();
  }

  // ── run, step, reset ────────────────────────────────────────

  run() {
    if (this.training.diverged || this.epoch >= MOST_EPOCHS) return this.check();
    this.isRunning = true;
    this.status.textContent = "";
    this.showRunning();
    this.lastDrawn = 0;
    let isSlow = false;
    const frame = (time) => {
      if (!this.isRunning) return;
      if (this.isVisible) {
        const speed = this.speed.value, until = performance.now() + MILLISECONDS;
        if (speed === "slow") this.advance(0);
        else do this.advance(until); while (speed === "fast" && performance.now() < until && !this.training.diverged);
        this.check();
        this.frames += 1;
        if (!this.isCalm.matches || time - this.lastDrawn > 500) {
          this.lastDrawn = time;
          const began = performance.now();
          this.draw(!isSlow || this.frames % 3 === 0); // on a slow machine not all pictures in each frame
          isSlow = performance.now() - began > (isSlow ? 4 : 12);
        }
      }
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  stop() {
    if (!this.isRunning) return;
    this.isRunning = false;
    this.showRunning();
    this.draw();
    this.writeAddress();
    this.tell();
  }

  showRunning() {
    this.runButton.textContent = this.isRunning ? "Pause" : "Run";
    this.runButton.classList.toggle("is-running", this.isRunning);
  }

  step() {
    this.stop();
    this.finishEpoch();
    this.draw();
    this.writeAddress();
    if (!this.training.diverged) this.tell();
  }

  reset() {
    this.restart();
    this.say([]);
    this.writeAddress();
  }

  /** Take new settings; `again` says whether the network starts anew. */
  change(settings, again = true) {
    Object.assign(this.settings, settings, { epoch: 0 });
    this.say([]);
    if (again) this.restart();
    else this.goOn();
    if (!("seed" in settings)) this.forgetMany();
    this.showSettings();
    this.writeAddress();
  }

  /** Say what is wrong, or nothing. */
  say(problems) {
    this.status.classList.toggle("is-problem", problems.length > 0);
    this.status.textContent = sentences(problems);
  }

  tell() {
    if (this.training.diverged) return;
    this.say([`epoch ${this.epoch}: ${percent(this.now.train.accuracy)} of the training points are right, ` +
      `${percent(this.now.test.accuracy)} of the test points`]);
    this.status.classList.remove("is-problem");
  }

  // ── drawing ─────────────────────────────────────────────────

  /** Show the network as it is now; `withUnits`: the units' small pictures, too. */
  draw(withUnits = true) {
    this.palette ??= readPalette(this.root);
    const { outputs } = this.network.forward(this.inputs.grid, SIDE * SIDE);
    this.drawResult(outputs);
    if (withUnits) this.drawUnits(outputs);
    this.drawMeasures();
  }

  /** Do the same for the first time, a part in each frame. */
  async drawFirst() {
    const { network } = this;
    let outputs;
    for (const part of [
      () => { this.palette ??= readPalette(this.root); },
      () => { ({ outputs } = network.forward(this.inputs.grid, SIDE * SIDE)); },
      () => this.drawResult(outputs), () => this.paintUnits(outputs), () => this.drawUnits(outputs, true),
      () => this.drawMeasures(), () => this.drawDataPictures(),
    ]) {
      await nextFrame();
      if (network !== this.network) return this.drawDataPictures(); // someone has changed it, and it was drawn
      part();
    }
  }

  /** Draw the plane, with the answers of the network or of the chosen unit. */
  drawResult(outputs) {
    const { palette, shown } = this;
    const unit = shown ?? { layer: outputs.length - 1, unit: 0 };
    const isOutput = unit.layer === outputs.length - 1;
    const values = this.valuesOf(outputs, unit, SIDE);
    this.field ??= new Field(SIDE);
    this.field.paint(this.shadesOf(values, unit.layer), palette.shades);
    drawPlane(this.plane, { field: this.field, side: SIDE, zero: contour(values, SIDE), backdrop: this.backdropNow() }, palette);
    const title = isOutput ? "What the network answers" : `Layer ${unit.layer + 1}, unit ${unit.unit + 1}`;
    if (this.title.textContent !== title) this.title.textContent = title;
  }

  drawMeasures() {
    drawCurves(this.curves, this.history, this.palette);
    this.showNumbers();
    this.showWeights();
  }

  /** Return the points and the Bayes boundary as a picture; it is made anew when something in it has changed. */
  backdropNow() {
    const { settings, palette, train } = this, width = this.plane.clientWidth || 300;
    const made = [palette, train, width, settings.bayes, settings.test, window.devicePixelRatio];
    if (this.backdrop && made.every((each, i) => each === this.backdropOf[i])) return this.backdrop;
    if (settings.bayes && !this.bayesLines) {
      const logOdds = bayesLogOdds(settings.data, settings.noise), { grid } = this;
      const odds = Float64Array.from({ length: SIDE * SIDE }, (_, i) => logOdds(grid[2 * i], grid[2 * i + 1]));
      this.bayesLines = joined(contour(odds, SIDE));
    }
    this.backdropOf = made;
    this.backdrop = drawBackdrop(width, {
      side: SIDE, train, bayes: settings.bayes ? this.bayesLines : null, test: settings.test ? this.test : null,
    }, palette);
    return this.backdrop;
  }

  /** Return a unit's outputs on a grid of `side` × `side` nodes; 0 is the middle of their range. */
  valuesOf(outputs, { layer, unit }, side) {
    const { units } = this.network.layers[layer], ratio = SIDE / side, of = outputs[layer];
    const isHidden = layer < outputs.length - 1;
    const middle = isHidden && this.settings.activation === "sigmoid" ? 0.5 : 0;
    const values = new Float64Array(side * side);
    for (let row = 0, at = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        values[at++] = of[(row * SIDE + column) * ratio * units + unit] - middle;
      }
    }
    return values;
  }

  /** Return such values scaled to −1 … 1; the output's logits become probabilities. */
  shadesOf(values, layer) {
    const { activation, hidden } = this.settings;
    if (layer === hidden.length) return values.map((z) => Math.tanh(z / 2));
    if (activation === "tanh") return values;
    let largest = activation === "sigmoid" ? 0.5 : 1e-9;
    if (activation !== "sigmoid") for (const value of values) largest = Math.max(largest, Math.abs(value));
    return values.map((value) => value / largest);
  }

  /** Paint the small pictures of all units. */
  paintUnits(outputs) {
    const { network, palette } = this;
    this.pictures ??= [];
    const picture = (column, i) => ((this.pictures[column] ??= [])[i] ??= new Field(SMALL));
    if (this.paintedWith !== palette) {
      this.paintedWith = palette;
      const grid = gridPoints(SMALL);
      FEATURE_NAMES.forEach((name, i) => {
        const raw = featuresOf(grid, [name]), largest = Math.max(...raw.map(Math.abs));
        picture(0, i).paint(raw.map((value) => value / largest), palette.shades);
      });
    }
    network.layers.forEach(({ units }, layer) => {
      for (let unit = 0; unit < units; unit++) {
        const values = this.valuesOf(outputs, { layer, unit }, SMALL);
        picture(layer + 1, unit).paint(this.shadesOf(values, layer), palette.shades);
      }
    });
  }

  /** Draw the network with these pictures. */
  drawUnits(outputs, isPainted = false) {
    if (!isPainted) this.paintUnits(outputs);
    const { network, places, settings, palette } = this;
    drawNetwork(this.diagram, {
      layers: network.layers, places, pictures: this.pictures, selected: this.selected,
      inputs: FEATURE_NAMES.map((name) => FEATURES[name].shown),
      active: settings.features.map((name) => FEATURE_NAMES.indexOf(name)),
    }, palette);
  }

  showNumbers() {
    const { now, numbers } = this;
    const show = (node, text) => { if (node.textContent !== text) node.textContent = text; };
    show(this.epochText, String(this.epoch));
    show(numbers.trainLoss, now.train.loss.toFixed(3));
    show(numbers.testLoss, now.test.loss.toFixed(3));
    show(numbers.trainRight, percent(now.train.accuracy));
    show(numbers.testRight, percent(now.test.accuracy));
    show(numbers.bayesRight, percent(this.bayesAccuracy));
    if (!this.isRunning) {
      this.plane.setAttribute("aria-label", `The plane with the points of the data set ${DATA_NAMES[this.settings.data]}, ` +
        `colored by the answers of the network at epoch ${this.epoch}: ` +
        `${percent(now.train.accuracy)} of the training points and ${percent(now.test.accuracy)} of the test points are right.`);
    }
  }

  // ── the page's elements ─────────────────────────────────────

  /** Make all elements; return those that stand in the root. */
  build() {
    const { root } = this, id = (name) => `${root.id}-${name}`;
    const change = (name, again) => (value) => this.change({ [name]: value }, again);
    this.controls = {};

    /** A labeled choice; numbers that aren't in the list are added when the settings hold them. */
    const choice = (name, label, options, again, read = String) => {
      const select = element("select", { id: id(name), onchange: () => change(name, again)(read(select.value)) });
      for (const [value, text] of options) select.append(element("option", { value }, text));
      this.controls[name] = select;
      return element("div", { class: "pg-choice" }, element("label", { for: id(name) }, label), select);
    };
    const numbers = (...values) => values.map((value) => [String(value), String(value)]);
    const check = (name, label) => {
      const box = element("input", { type: "checkbox", id: id(name), onchange: () => {
        this.settings[name] = Number(box.checked);
        this.draw();
        this.writeAddress();
      } });
      this.controls[name] = box;
      return element("label", { for: id(name), class: `pg-check pg-${name}` }, box, label);
    };

    // The bar
    this.runButton = button("Run", () => (this.isRunning ? this.stop() : this.run()), { class: "pg-run" });
    this.epochText = element("b", {}, "0");
    this.dataPictures = {};
    const dataSets = element("fieldset", { class: "pg-data" }, element("legend", {}, "Data"));
    for (const [value, name] of Object.entries(DATA_NAMES)) {
      const radio = element("input", { type: "radio", name: id("data"), value, onchange: () =>
        this.change({ data: value, noise: DATA_SETS[value].noise }) });
      this.dataPictures[value] = element("canvas", { "aria-hidden": "true" });
      dataSets.append(element("label", {}, radio, this.dataPictures[value], name));
    }
    this.dataSets = dataSets;
    const bar = element("div", { class: "pg-bar" },
      element("div", { class: "pg-buttons" }, this.runButton,
        button("Step", () => this.step(), { title: "one epoch: all training points once" }),
        button("Reset", () => this.reset(), { title: "back to the first weights" }),
        element("span", { class: "pg-epoch" }, "epoch ", this.epochText)),
      dataSets);

    // The network
    this.diagram = element("canvas", { "aria-hidden": "true" });
    this.overlay = element("div", { class: "pg-overlay" });
    this.layersText = element("b");
    const layers = (by) => () => {
      const { hidden } = this.settings;
      this.change({ hidden: by > 0 ? [...hidden, hidden.at(-1) ?? 4] : hidden.slice(0, -1) });
    };
    this.fewer = button("−", layers(-1), { "aria-label": "one hidden layer fewer" });
    this.more = button("+", layers(1), { "aria-label": "one hidden layer more" });
    const network = element("div", { class: "pg-network" },
      element("div", { class: "pg-layers" }, "Hidden layers ", this.fewer, this.layersText, this.more),
      element("div", { class: "pg-diagram" }, this.diagram, this.overlay));
    this.inspector = element("div", { class: "pg-inspector", role: "group", "aria-label": "weights of the chosen unit" });

    // The plane
    this.title = element("p", { class: "pg-title" });
    this.plane = element("canvas", { role: "img", class: "pg-plane" });
    const result = element("div", { class: "pg-result" }, this.title, this.plane,
      element("div", { class: "pg-checks" }, check("bayes", "Bayes boundary"), check("test", "test points (hollow)")));

    // Measurements
    this.curves = element("canvas", { role: "img", "aria-label": "Log loss on the training and on the test points, by epoch" });
    const cell = () => element("td");
    this.numbers = { trainLoss: cell(), trainRight: cell(), testLoss: cell(), testRight: cell(), bayesRight: cell() };
    const n = this.numbers, head = (text, scope) => element("th", { scope }, text);
    const table = element("table", {},
      element("thead", {}, element("tr", {}, element("td"), head("log loss", "col"), head("right", "col"))),
      element("tbody", {},
        element("tr", {}, head("training points", "row"), n.trainLoss, n.trainRight),
        element("tr", {}, head("test points", "row"), n.testLoss, n.testRight),
        element("tr", {}, head("Bayes boundary, test", "row"), element("td"), n.bayesRight)));
    const measures = element("div", { class: "pg-measures" }, this.curves, table);

    // Options
    const choices = Object.entries.bind(Object);
    this.speed = element("select", { id: id("speed") });
    for (const [value, text] of choices(SPEEDS)) this.speed.append(element("option", { value }, text));
    this.speed.value = "normal";
    const options = element("div", { class: "pg-options" },
      choice("activation", "Activation", choices(ACTIVATION_NAMES), true),
      choice("optimizer", "Optimizer", choices(OPTIMIZER_NAMES), false),
      choice("rate", "Learning rate", numbers(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10), false, Number),
      choice("batch", "Batch size", numbers(1, 5, 10, 20, 50, 200), false, Number),
      choice("l1", "L1 penalty", numbers(0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03), false, Number),
      choice("l2", "L2 penalty", numbers(0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03), false, Number),
      choice("dropout", "Dropout", numbers(0, 0.1, 0.2, 0.3, 0.5), false, Number),
      choice("noise", "Noise of the data", numbers(0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1), true, Number),
      choice("train", "Training points", numbers(10, 20, 50, 100, 200), true, Number),
      element("div", { class: "pg-choice" }, element("label", { for: id("speed") }, "Speed"), this.speed),
      button("New weights", () => this.change({ seed: (this.settings.seed % 999_999) + 1 })),
      button("New points", () => this.change({ points: (this.settings.points % 999_999) + 1 })));

    // More
    this.status = element("p", { class: "pg-status", role: "status" });
    const parts = [bar, element("div", { class: "pg-main" }, network, result), this.inspector, measures, this.status,
      element("details", { open: root.clientWidth >= 600 }, element("summary", {}, "Settings"), options),
      this.buildMany(choice, numbers), this.buildCode()];
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Playground: a network that learns");
    this.showSettings();
    return parts;
  }

  /** Let all controls show the settings. */
  showSettings() {
    const { settings } = this;
    for (const [name, control] of Object.entries(this.controls)) {
      if (control.type === "checkbox") control.checked = Boolean(settings[name]);
      else {
        const value = String(settings[name]);
        if (![...control.options].some((option) => option.value === value)) control.append(element("option", { value }, value));
        control.value = value;
      }
    }
    this.dataSets.querySelector(`[value=${settings.data}]`).checked = true;
  }

  /** Put buttons over the pictures of the units, and the number of units over each layer. */
  showNetwork() {
    const { settings } = this, width = this.diagram.clientWidth || 380, height = this.diagram.clientHeight || 330;
    const focused = this.overlay.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.places = placeUnits(width, height, [...settings.hidden, 1], FEATURE_NAMES.length);
    const { size, columns } = this.places, nodes = [];
    const at = (node, x, y, key) => {
      node.style.left = `${x}px`;
      node.style.top = `${y}px`;
      node.dataset.key = key;
      nodes.push(node);
      return node;
    };
    FEATURE_NAMES.forEach((name, i) => {
      const isOn = settings.features.includes(name), { x, y } = columns[0][i];
      at(button("", () => this.toggleFeature(name), {
        class: "pg-unit", "aria-pressed": String(isOn), "aria-label": `input ${FEATURES[name].shown}`,
        title: isOn ? "take this input away" : "give the network this input, too",
      }), x, y, name);
    });
    columns.slice(1).forEach((column, layer) => {
      const isLast = layer === settings.hidden.length;
      column.forEach(({ x, y }, unit) => {
        const node = at(button("", () => this.select({ layer, unit }), {
          class: "pg-unit", "aria-label": isLast ? "output" : `layer ${layer + 1}, unit ${unit + 1}`,
          "aria-pressed": String(this.selected?.layer === layer && this.selected?.unit === unit),
          title: "its picture and its weights",
        }), x, y, `${layer}-${unit}`);
        // not pointerenter: a page that scrolls under a resting mouse asks for nothing
        node.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.preview({ layer, unit }));
        node.addEventListener("pointerleave", () => this.preview(null));
      });
      if (isLast) return;
      const units = settings.hidden[layer];
      const resize = (by) => () => this.change({ hidden: settings.hidden.map((n, l) => (l === layer ? n + by : n)) });
      const name = `in layer ${layer + 1}`;
      const [less, more] = [button("−", resize(-1), { "aria-label": `one unit fewer ${name}` }),
        button("+", resize(1), { "aria-label": `one unit more ${name}` })];
      less.disabled = units <= 1;
      more.disabled = units >= 8;
      less.dataset.key = `less-${layer}`;
      more.dataset.key = `more-${layer}`;
      at(element("div", { class: "pg-size" }, element("span", {}, `${units} ${units === 1 ? "unit" : "units"}`), less, more),
        column[0].x, 0, "");
    });
    this.overlay.replaceChildren(...nodes);
    this.overlay.style.setProperty("--pg-unit", `${size}px`);
    if (focused) this.overlay.querySelector(`[data-key="${focused}"]`)?.focus();
    this.layersText.textContent = String(settings.hidden.length);
    this.fewer.disabled = settings.hidden.length === 0;
    this.more.disabled = settings.hidden.length >= 4;
  }

  toggleFeature(name) {
    const { features } = this.settings;
    const chosen = FEATURE_NAMES.filter((each) => features.includes(each) !== (each === name));
    if (chosen.length === 0) this.say(["the network needs at least one input"]);
    else this.change({ features: chosen });
  }

  select(unit) {
    const isSame = this.selected?.layer === unit.layer && this.selected?.unit === unit.unit;
    this.selected = isSame ? null : unit;
    this.hovered = null;
    this.showNetwork();
    this.showInspector();
    this.draw();
  }

  preview(unit) {
    if (unit?.layer === this.hovered?.layer && unit?.unit === this.hovered?.unit) return;
    this.hovered = unit;
    if (!this.isRunning) this.draw();
  }

  /** The unit whose picture the plane shows; null: the output. */
  get shown() {
    return this.hovered ?? this.selected;
  }

  /** Show the weights of the chosen unit, to be changed. */
  showInspector() {
    const { selected, network, settings } = this;
    this.fields = [];
    if (!selected) {
      this.inspector.replaceChildren(element("p", {}, "Choose a unit to see its picture large and to change its weights. " +
        "A connection is the thicker the larger its weight is; orange is positive, blue negative."));
      return;
    }
    const { layer, unit } = selected, { W, b, units, inputs } = network.layers[layer];
    const field = (label, array, at) => {
      const input = element("input", { type: "number", step: "0.1", "aria-label": label, oninput: () => {
        const value = Number(input.value);
        if (input.value === "" || !Number.isFinite(value) || Math.abs(value) > 1000) {
          this.say(["a weight must be a number from −1000 to 1000"]);
          return;
        }
        this.say([]);
        array[at] = value;
        this.goOn();
        this.isReplayable = false;
      }, onfocus: () => this.stop() });
      this.fields.push({ input, array, at });
      return element("label", {}, element("span", {}, label), input);
    };
    const names = layer === 0 ? settings.features.map((name) => FEATURES[name].shown) :
      Array.from({ length: inputs }, (_, k) => `unit ${k + 1}`);
    this.inspector.replaceChildren(
      element("b", {}, layer === settings.hidden.length ? "Output: weights" : `Layer ${layer + 1}, unit ${unit + 1}: weights`),
      ...names.map((name, k) => field(name, W, k * units + unit)), field("bias", b, unit));
    this.showWeights();
  }

  showWeights() {
    for (const { input, array, at } of this.fields) {
      if (input !== document.activeElement) input.value = array[at].toFixed(2);
    }
  }

  // ── a hundred networks ──────────────────────────────────────

  buildMany(choice, numbers) {
    this.manyButton = button("Train 100 networks", () => (this.worker ? this.endMany() : this.trainMany()));
    this.manyDots = element("div", { class: "pg-dots" });
    this.manyText = element("p", { role: "status" });
    return element("details", { class: "pg-many" }, element("summary", {}, "100 networks"),
      element("p", {}, "One run is an anecdote. Here are a hundred, with the same points and settings but other first weights. " +
        "A network succeeds if it is right on as many test points as the Bayes boundary, less 5 of 100."),
      element("div", { class: "pg-line" }, choice("each", "Epochs each", numbers(50, 100, 200, 300, 500, 1000), false, Number), this.manyButton),
      this.manyText, this.manyDots);
  }

  trainMany() {
    this.forgetMany();
    const seeds = Array.from({ length: 100 }, (_, i) => i + 1), settings = { ...this.settings };
    const least = this.bayesAccuracy - SUCCESS - 1e-9;
    const results = [];
    this.worker = new Worker(new URL("many.mjs", import.meta.url), { type: "module" });
    this.manyButton.textContent = "Stop";
    this.worker.onerror = () => {
      this.endMany();
      this.manyText.textContent = "The networks could not be trained: this browser doesn't run them in the background.";
    };
    this.worker.onmessage = ({ data: { seed, accuracy } }) => {
      const isGood = accuracy >= least;
      results.push(isGood);
      const dot = button(isGood ? "✓" : "✗", () => this.change({ seed }), {
        class: isGood ? "is-good" : "is-bad", tabindex: seed === 1 ? "0" : "-1",
        "aria-label": `network ${seed}: ${Number.isNaN(accuracy) ? "diverged" : `${percent(accuracy)} of the test points right`}; press to see it`,
      });
      dot.title = dot.getAttribute("aria-label").split(";")[0];
      dot.addEventListener("click", () => this.trainTo(settings.each));
      this.manyDots.append(dot);
      const successes = results.filter(Boolean).length, [low, high] = wilson(successes, results.length);
      if (results.length === 100) this.endMany();
      this.manyText.textContent = results.length < 100 ? `${results.length} trained, ${successes} succeeded …` :
        `${successes} of 100 succeeded after ${settings.each} epochs. The success rate lies between ` +
        `${percent(low)} and ${percent(high)} (95 % interval of Wilson). Choose one to see it.`;
    };
    this.worker.postMessage({ settings, seeds });
  }

  endMany() {
    this.worker?.terminate();
    this.worker = null;
    this.manyButton.textContent = "Train 100 networks";
  }

  forgetMany() {
    this.endMany();
    this.manyDots.replaceChildren();
    this.manyText.textContent = "";
  }

  // ── copies ──────────────────────────────────────────────────

  buildCode() {
    const { root } = this, code = element("code"), said = element("span", { role: "status" });
    const kinds = element("fieldset", { class: "pg-kinds" }, element("legend", {}, "For"));
    const show = () => { code.textContent = this.pythonCode(kinds.querySelector(":checked").value); };
    for (const [value, name] of [["annbook", "the book's package"], ["keras", "Keras"]]) {
      const radio = element("input", { type: "radio", name: `${root.id}-kind`, value, onchange: show });
      radio.checked = value === "annbook";
      kinds.append(element("label", {}, radio, name));
    }
    const copy = async (text, name) => {
      if (await copied(text)) said.textContent = `${name} copied.`;
      else {
        getSelection().selectAllChildren(code);
        said.textContent = "The browser doesn't allow it: the text is selected, copy it by hand.";
      }
    };
    const box = element("details", { class: "pg-code", ontoggle: () => {
      if (!box.open) return;
      this.stop();
      show();
    } },
      element("summary", {}, "Copy as Python, or as a link"),
      element("p", {}, "The same points, first weights and training as numbers, so that the code needs no random generator and reaches the same weights."),
      element("div", { class: "pg-line" }, kinds,
        button("Copy the code", () => { this.stop(); show(); copy(code.textContent, "Code"); }),
        button("Copy a link to this experiment", () => {
          this.stop();
          code.textContent = this.address();
          copy(code.textContent, "Link");
        }), said),
      element("pre", { tabindex: "0" }, code));
    return box;
  }

  /** Return Python code that begins where this training began and does as many epochs, at least one. */
  pythonCode(kind) {
    const { settings, train, test, start } = this;
    if (this.training.at > 0) this.step();
    const epochs = Math.max(this.epoch - this.startEpoch, 1);
    const experiment = { settings, train, test, start, epochs, address: this.isReplayable && this.address() };
    return kind === "keras" ? kerasCode(experiment) : annbookCode(experiment);
  }

  // ── what the world does ─────────────────────────────────────

  listen() {
    const { root } = this;
    const redraw = () => {
      this.palette = null;
      this.draw();
      this.drawDataPictures();
    };
    let isFirst = true; // then it tells the size that is known
    watchLook(root, () => {
      if (!isFirst) {
        this.showNetwork();
        this.draw();
        this.drawDataPictures();
      }
      isFirst = false;
    }, redraw);
    new IntersectionObserver(([entry]) => { this.isVisible = entry.isIntersecting; }).observe(root);
    addEventListener("hashchange", () => location.hash.startsWith(`#${root.id}?`) && this.follow());
    this.manyDots.addEventListener("keydown", (event) => {
      const dots = [...this.manyDots.children], here = dots.indexOf(document.activeElement);
      const there = dots[here + ({ ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10 }[event.key] ?? 0)];
      if (here < 0 || !there || there === dots[here]) return;
      event.preventDefault();
      dots[here].tabIndex = -1;
      there.tabIndex = 0;
      there.focus();
    });
  }

  /** Take the settings that the address holds now. */
  follow() {
    this.stop();
    Object.assign(this, this.readAddress());
    this.restart();
    this.forgetMany();
    this.showSettings();
    this.say(this.problems);
    this.trainTo(this.settings.epoch);
  }

  drawDataPictures() {
    for (const [name, canvas] of Object.entries(this.dataPictures)) {
      drawThumbnail(canvas, samplePoints(name, DATA_SETS[name].noise * 0.7, 90, 1, 9), this.palette);
    }
  }
}
