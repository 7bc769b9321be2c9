/* The widget "gradient descent" on the page: controls, the loop that steps and draws, and what it says. */
import { choice, dial } from "../widgets/controls.mjs";
import { readPalette } from "../widgets/drawing.mjs";
import { button, copied, element, sentences, shown } from "../widgets/elements.mjs";
import { watchLook } from "../widgets/in_view.mjs";
import { addressed, addressOf } from "../widgets/settings.mjs";
import { drawLosses, drawPlane, drawSurface, placer } from "./drawing.mjs";
import { edgeOf, LOW, Path, readSettings, writeSettings } from "./path.mjs";
import { arrow, draggable } from "./start.mjs";
import { SURFACES } from "./surfaces.mjs";

const OPTIMIZER_NAMES = { sgd: "SGD", momentum: "momentum", nesterov: "Nesterov", adagrad: "AdaGrad", rmsprop: "RMSProp", adam: "Adam" };
const USUAL_RATES = { valley: 0.015, turned: 0.015, minima: 0.01, network: 0.1, bent: 0.001 };
const ADAPTIVE_RATES = { valley: 0.5, turned: 0.5, minima: 0.05, network: 0.1, bent: 0.05 };
const isAdaptive = (optimizer) => ["adagrad", "rmsprop", "adam"].includes(optimizer);

export class Descent {
  constructor(root) {
    this.root = root;
    this.isCalm = matchMedia("(prefers-reduced-motion: reduce)");
    this.build();
    this.open();
    watchLook(root, () => this.draw(), () => {
      this.palette = null;
      this.draw();
    });
    new IntersectionObserver(([entry]) => { this.isVisible = entry.isIntersecting; }).observe(root);
    addEventListener("hashchange", () => location.hash.startsWith(`#${root.id}?`) && this.open());
  }

  /** Take the settings from the address or the page. */
  open() {
    const { settings, problems } = readSettings(addressed(this.root));
    this.pause();
    this.settings = settings;
    this.before = null;
    this.restart();
    while (this.path.steps < settings.steps && !this.path.end) this.path.step();
    this.draw();
    if (problems.length) this.say(problems, true);
    else if (this.path.steps > 0) this.tell();
  }

  // ── steps ───────────────────────────────────────────────────

  /** Go back to the start. */
  restart() {
    this.pause();
    this.path = new Path(this.settings);
    this.say([]);
    this.showSettings();
    this.draw();
  }

  /** Take new settings and start again; the path until now stays, pale, to compare with. */
  change(settings) {
    const { path } = this, isOther = "surface" in settings || "condition" in settings;
    if (isOther) this.before = null;
    else if (path.steps > 0) this.before = path;
    Object.assign(this.settings, settings);
    this.restart();
    this.writeAddress();
  }

  reset() {
    this.before = null;
    this.restart();
    this.writeAddress();
  }

  chooseSurface(surface) {
    const [w1, w2] = SURFACES[surface].start;
    this.change({ surface, w1, w2, rate: this.usualRate(surface, this.settings.optimizer) });
  }

  chooseOptimizer(optimizer) {
    const isOther = isAdaptive(optimizer) !== isAdaptive(this.settings.optimizer);
    this.change({ optimizer, ...(isOther && { rate: this.usualRate(this.settings.surface, optimizer) }) });
  }

  usualRate(surface, optimizer) {
    return (isAdaptive(optimizer) ? ADAPTIVE_RATES : USUAL_RATES)[surface];
  }

  step() {
    this.pause();
    this.path.step();
    this.draw();
    this.tell();
    this.writeAddress();
  }

  run() {
    if (this.path.end) return this.tell();
    this.isRunning = true;
    this.say([]);
    this.runButton.textContent = "Pause";
    let frames = 0, lastDrawn = 0;
    const frame = (time) => {
      if (!this.isRunning) return;
      if (this.isVisible !== false && ++frames % 4 === 0) { // fifteen steps a second at first, later more
        for (let i = Math.ceil((this.path.steps + 1) / 50); i > 0; i--) this.path.step();
        if (this.path.end) return this.finish();
        if (!this.isCalm.matches || time - lastDrawn > 500) {
          lastDrawn = time;
          this.draw();
        }
      }
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  pause() {
    if (this.isRunning) this.finish();
  }

  finish() {
    this.isRunning = false;
    this.runButton.textContent = "Run";
    this.draw();
    this.tell();
    this.writeAddress();
  }

  // ── what it says ────────────────────────────────────────────

  say(problems, isProblem = false) {
    this.status.classList.toggle("is-problem", isProblem);
    this.status.textContent = sentences(problems) || "Drag the round start, or move it with the arrow keys. Then press Run.";
  }

  /** Say where the path is, or how it ended. */
  tell() {
    const { path, settings, surface } = this, { steps, end } = path, [w1, w2] = path.w, edge = edgeOf(settings);
    const here = `(${shown(w1)}, ${shown(w2)})`, loss = `loss ${shown(path.losses.at(-1))}`;
    if (end === "diverged") {
      const why = edge === null ? "the steps are too long for the curvature of this surface" :
        `in this valley ${OPTIMIZER_NAMES[settings.optimizer]} is stable for rates below ${shown(edge, 3)}, and the rate is ${shown(settings.rate)}`;
      this.say([`it diverged: after ${steps} ${steps === 1 ? "step" : "steps"} the weights run away without end, and ${why}`, "choose a smaller learning rate"], true);
    } else if (end === "arrived") {
      const near = (points) => points.some(([x, y]) => Math.hypot(x - w1, y - w2) < 0.01);
      if (near(surface.saddles)) this.say([`the gradient is 0 here, on the saddle ${here}: the weights never move`]);
      else this.say([`arrived: after ${steps} steps the weights hardly move any more, at ${here}, ${loss}`]);
    } else if (end === "long") this.say([`it stops after ${steps} steps, at ${here}, ${loss}`]);
    else this.say([`step ${steps}: the weights are ${here}, ${loss}`]);
  }

  get surface() {
    return SURFACES[this.settings.surface];
  }

  writeAddress() {
    clearTimeout(this.addressTimer); // browsers allow only some changes a second
    this.addressTimer = setTimeout(() => history.replaceState(null, "", this.address()), 300);
  }

  address() {
    return addressOf(this.root, writeSettings({ ...this.settings, steps: this.path.steps }));
  }

  async copyLink() {
    this.pause();
    const isCopied = await copied(this.address());
    if (!isCopied) history.replaceState(null, "", this.address());
    this.say([isCopied ? "link copied" : "the browser doesn't allow copying; the address of this page is the link now"]);
  }

  // ── pictures ────────────────────────────────────────────────

  draw() {
    this.palette ??= readPalette(this.root);
    const { palette, path, before, surface, settings, plane } = this;
    const [width, height] = [plane.clientWidth || 640, plane.clientHeight || 427];
    const made = [palette, width, height, surface, settings.condition, window.devicePixelRatio];
    if (!this.backdrop || made.some((each, i) => each !== this.backdropOf[i])) {
      this.backdrop = drawSurface(width, height, surface, settings.condition, palette);
      this.backdropOf = made;
    }
    drawPlane(plane, { backdrop: this.backdrop, surface, points: path.points, before: before?.points }, palette);
    drawLosses(this.curve, { losses: path.losses, before: before?.losses, lowest: surface.lowest }, palette);
    const [x, y] = placer(surface, 100, 100)([settings.w1, settings.w2]);
    this.handle.style.left = `${x}%`;
    this.handle.style.top = `${y}%`;
    this.showNumbers();
  }

  showNumbers() {
    const { path, numbers, before } = this, [w1, w2] = path.w, [g1, g2] = path.gradient();
    numbers.step.textContent = path.steps;
    numbers.weights.textContent = `(${shown(w1)}, ${shown(w2)})`;
    numbers.gradient.textContent = `(${shown(g1)}, ${shown(g2)})`;
    numbers.loss.textContent = shown(path.losses.at(-1));
    numbers.low.textContent = path.low === null ? "" : `, below ${LOW} after ${path.low} steps`;
    numbers.before.textContent = before ? `Gray: ${this.nameOf(before.settings)}, ${before.steps} steps.` : "";
    if (this.isRunning) return;
    this.plane.setAttribute("aria-label", `Contour lines of the surface ${this.surface.name}, and the path of ${this.nameOf(path.settings)} ` +
      `after ${path.steps} steps, from (${shown(path.points[0][0])}, ${shown(path.points[0][1])}) to (${shown(w1)}, ${shown(w2)}).`);
  }

  nameOf({ optimizer, rate, momentum }) {
    const more = optimizer === "momentum" || optimizer === "nesterov" ? `, momentum ${shown(momentum)}` : "";
    return `${OPTIMIZER_NAMES[optimizer]}${more}, rate ${shown(rate)}`;
  }

  // ── the page's elements ─────────────────────────────────────

  build() {
    const { root } = this, id = (name) => `${root.id}-${name}`;
    const change = (name) => (value) => this.change({ [name]: value });
    const onproblem = (problem) => this.say([problem], true);
    const names = Object.entries(SURFACES).map(([value, { name }]) => [value, name]);
    const place = (name, label, most) => dial(id(name), label, { least: -most, most, onchange: (value) => this.moveTo({ [name]: value }), onproblem });
    this.controls = {
      surface: choice(id("surface"), "Surface", names, (value) => this.chooseSurface(value)),
      optimizer: choice(id("optimizer"), "Optimizer", Object.entries(OPTIMIZER_NAMES), (value) => this.chooseOptimizer(value)),
      rate: dial(id("rate"), "Learning rate", { low: 1e-4, high: 10, least: 1e-6, most: 100, isLog: true, step: 0.02, onchange: change("rate"), onproblem }),
      momentum: dial(id("momentum"), "Momentum β", { low: 0, high: 0.99, most: 0.999, step: 0.01, onchange: change("momentum"), onproblem }),
      condition: dial(id("condition"), "Condition number κ", { low: 1, high: 1000, isLog: true, step: 0.05, onchange: change("condition"), onproblem }),
      w1: place("w1", "Start w₁", 12),
      w2: place("w2", "Start w₂", 8),
    };
    const { surface, optimizer, rate, momentum, condition, w1, w2 } = this.controls;
    this.runButton = button("Run", () => (this.isRunning ? this.pause() : this.run()), { class: "is-main" });
    const text = (tag = "span") => element(tag);
    this.numbers = { step: text("b"), weights: text("td"), gradient: text("td"), loss: text("td"), low: text(), before: text() };
    const { step, weights, gradient, loss, low, before } = this.numbers;
    const row = (name, cell) => element("tr", {}, element("th", { scope: "row" }, name), cell);
    this.plane = element("canvas", { role: "img", class: "descent-plane" });
    this.handle = button("", () => {}, { class: "descent-handle", "aria-describedby": id("help") });
    this.curve = element("canvas", { role: "img", class: "descent-curve", "aria-label": "The loss above its lowest value, step by step, on a logarithmic axis" });
    this.status = element("p", { class: "widget-status", role: "status" });
    root.replaceChildren(
      element("div", { class: "widget-line" }, surface.node, optimizer.node),
      element("div", { class: "descent-picture" }, this.plane, this.handle),
      element("p", { id: id("help"), hidden: true }, "The arrow keys move the start, with the shift key ten times as far."),
      element("div", { class: "widget-buttons" }, this.runButton, button("Step", () => this.step()),
        button("Reset", () => this.reset()), element("span", {}, "step ", step)),
      this.status,
      element("div", { class: "widget-dials" }, rate.node, momentum.node, condition.node, element("div", { class: "descent-starts" }, w1.node, w2.node)),
      element("div", { class: "descent-measures" },
        element("div", {}, element("p", { class: "descent-title" }, "Loss above its minimum", low), this.curve),
        element("table", {}, element("tbody", {}, row("weights", weights), row("gradient", gradient), row("loss", loss)))),
      element("div", { class: "widget-line descent-last" }, element("p", {}, before), button("Copy a link to this experiment", () => this.copyLink())));
    root.classList.add("is-live");
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Gradient descent on a surface of two weights");
    draggable(this.handle, this.plane, (x, y) => {
      const { box: [left, right, low, high] } = this.surface;
      this.moveTo({ w1: left + x * (right - left), w2: high - y * (high - low) });
    }, () => {});
    this.handle.addEventListener("keydown", (event) => {
      const move = arrow(event), { box: [left, right] } = this.surface, unit = (right - left) / 240;
      if (move) this.moveTo({ w1: this.settings.w1 + move[0] * unit, w2: this.settings.w2 + move[1] * unit });
    });
  }

  /** Start somewhere else, within the picture; only a complete path is kept to compare with. */
  moveTo({ w1 = this.settings.w1, w2 = this.settings.w2 }) {
    const { box: [left, right, low, high] } = this.surface;
    const within = (value, least, most) => Number(Math.min(most, Math.max(least, value)).toFixed(3));
    this.change({ w1: within(w1, left, right), w2: within(w2, low, high) });
  }

  /** Let all controls show the settings; those that don't matter are hidden. */
  showSettings() {
    const { settings, controls } = this;
    for (const [name, control] of Object.entries(controls)) control.show(settings[name]);
    controls.momentum.node.hidden = !["momentum", "nesterov"].includes(settings.optimizer);
    controls.condition.node.hidden = !this.surface.hasCondition;
    this.handle.setAttribute("aria-label", `start at (${shown(settings.w1)}, ${shown(settings.w2)})`);
  }
}
