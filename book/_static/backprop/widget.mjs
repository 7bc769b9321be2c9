/* The widget "backpropagation, step by step" on the page: controls, and what it says. */
import { choice, dial } from "../widgets/controls.mjs";
import { button, drawn, element, sentences, shown } from "../widgets/elements.mjs";
import { watchLook } from "../widgets/in_view.mjs";
import { addressed, addressOf } from "../widgets/settings.mjs";
import { drawGraph } from "./diagram.mjs";
import { GRAPHS } from "./graphs.mjs";
import { inside } from "./operations.mjs";
import { Run } from "./run.mjs";
import { RANGES, readSettings, writeSettings } from "./settings.mjs";

export class Stepper {
  constructor(root) {
    this.root = root;
    this.build();
    this.open();
    watchLook(root, () => this.draw(), () => {});
    addEventListener("hashchange", () => location.hash.startsWith(`#${root.id}?`) && this.open());
  }

  /** Take the settings from the address or the page. */
  open() {
    const { settings, problems } = readSettings(addressed(this.root));
    this.begin(settings);
    if (problems.length) this.say(sentences(problems), true);
  }

  /** Show a graph with these settings; without a place in it, after its forward pass. */
  begin({ graph, rate, y, values, at }) {
    Object.assign(this, { graphName: graph, graph: GRAPHS[graph], rate });
    this.run = new Run(this.graph, values, y);
    if (!this.run.isGood) { // an address may hold such numbers
      this.begin(readSettings(`graph=${graph}`).settings);
      this.sayTooLarge();
      return;
    }
    this.at = Math.min(at ?? this.run.forward, this.run.steps.length);
    this.forget();
    this.buildInputs();
    this.show();
  }

  // ── what a reader does ──────────────────────────────────────

  /** Go to a step. */
  go(at) {
    const isNew = at > this.at;
    this.at = Math.max(0, Math.min(at, this.run.steps.length));
    this.show(isNew);
    this.writeAddress();
  }

  /** Go to the end of the pass that is under way. */
  finishPass() {
    this.go(this.at < this.run.forward ? this.run.forward : this.run.steps.length);
  }

  /** Change inputs or the observed y; all that is shown follows. */
  change(values, y = this.run.y) {
    const run = new Run(this.graph, { ...this.inputs(), ...values }, y);
    if (!run.isGood) {
      this.showInputs();
      return this.sayTooLarge();
    }
    this.run = run;
    this.forget();
    this.show();
    return this.writeAddress();
  }

  inputs() {
    return Object.fromEntries(this.graph.inputs.map(({ name }) => [name, this.run.values[name]]));
  }

  /** Take a step of gradient descent, and say what it did. */
  descend() {
    const { run, rate } = this, after = run.descend(rate), gradients = run.gradients(), { result } = run;
    if (!after.isGood) return this.sayTooLarge();
    const lines = this.graph.inputs.filter(({ isWeight }) => isWeight).map(({ name }) =>
      `${name} ← ${inside(run.values[name])} − ${shown(rate)} · ${inside(gradients[name])} = ${shown(after.values[name])}`);
    this.run = after;
    this.at = after.forward;
    this.show();
    this.updates.replaceChildren(...lines.map((line) => element("li", {}, line)));
    this.outcome.textContent = `${result} before the step ${shown(run.values[result])}, after it ${shown(after.values[result])}.`;
    return this.writeAddress();
  }

  reset() {
    this.begin(readSettings(`graph=${this.graphName}`).settings);
    this.writeAddress();
  }

  writeAddress() {
    clearTimeout(this.addressTimer); // browsers allow only some changes a second
    const { graphName: graph, at, rate, run } = this;
    this.addressTimer = setTimeout(() => history.replaceState(null, "",
      addressOf(this.root, writeSettings({ graph, at, rate, y: run.y, values: this.inputs() }))), 300);
  }

  // ── what it shows ───────────────────────────────────────────

  say(text, isProblem = false) {
    this.status.classList.toggle("is-problem", isProblem);
    this.status.textContent = text;
  }

  sayTooLarge() {
    this.say("With these numbers a value or a gradient leaves the range that this graph can show (p may round to 1, and the logarithm of 0 is infinite). " +
      "Nothing was changed; choose smaller numbers or a smaller learning rate.", true);
  }

  forget() {
    this.updates.replaceChildren();
    this.outcome.textContent = "";
  }

  /** Show the state; `isNew` says whether a step was just done. */
  show(isNew = false) {
    const { run, at } = this, { forward, steps } = run, isForward = at <= forward;
    this.isNew = isNew;
    const pass = isForward ? `Forward, ${at} of ${forward}` : `Backward, ${at - forward} of ${steps.length - forward}`;
    const what = at === 0 ? `only the inputs are known. ${this.graph.about}` : `${run.written(at - 1)}.`;
    const next = at === forward ? ` The forward pass is done; the next step begins the backward pass.` :
      at === steps.length ? " All gradients are complete." : "";
    this.say(`${pass}: ${what}${next}`);
    this.backButton.disabled = at === 0;
    this.stepButton.disabled = this.passButton.disabled = at === steps.length;
    this.lines.replaceChildren(...steps.slice(0, at).map((_, i) => element("li", i === at - 1 ? { "aria-current": "step" } : {}, run.written(i))));
    this.draw();
    this.showInputs();
    const radio = this.choices.querySelector(`[value=${this.graphName}]`);
    radio.checked = true;
  }

  draw() {
    const { run, at } = this, gradients = run.gradients(at);
    drawGraph(this.diagram, run, at, this.isNew);
    this.isNew = false;
    const known = Object.entries(gradients).map(([name, gradient]) => `${name} ${shown(gradient)}`);
    const values = [...this.graph.inputs, ...this.graph.nodes.slice(0, at)].map(({ name }) => `${name} ${shown(run.values[name])}`);
    this.diagram.setAttribute("aria-label", `Graph “${this.graph.title}”. Values: ${values.join(", ")}. ` +
      `Gradients of ${run.result}: ${known.join(", ") || "none yet"}.`);
  }

  showInputs() {
    for (const [name, control] of Object.entries(this.controls)) control.show(Number(this.run.values[name].toPrecision(6)));
    this.rateControl.show(this.rate);
    this.yControl.node.hidden = this.run.y === undefined;
    this.yControl.show(String(this.run.y));
  }

  // ── the page's elements ─────────────────────────────────────

  build() {
    const { root } = this, id = (name) => `${root.id}-${name}`;
    this.choices = element("fieldset", { class: "backprop-graphs" }, element("legend", {}, "Graph"));
    for (const [value, { title }] of Object.entries(GRAPHS)) {
      const radio = element("input", { type: "radio", name: id("graph"), value, onchange: () => {
        this.begin(readSettings(`graph=${value}`).settings);
        this.writeAddress();
      } });
      this.choices.append(element("label", {}, radio, title));
    }
    this.diagram = drawn("svg", { role: "img", class: "backprop-diagram" });
    this.backButton = button("Back", () => this.go(this.at - 1));
    this.stepButton = button("Step", () => this.go(this.at + 1), { class: "is-main" });
    this.passButton = button("Finish the pass", () => this.finishPass());
    this.status = element("p", { class: "widget-status backprop-status", role: "status" });
    this.dials = element("div", { class: "widget-dials" });
    const onproblem = (problem) => this.say(sentences([problem]), true);
    this.rateControl = dial(id("rate"), "Learning rate", { least: RANGES.rate[0], most: RANGES.rate[1], onproblem, onchange: (rate) => {
      this.rate = rate;
      this.writeAddress();
    } });
    this.yControl = choice(id("y"), "observed y", [["0", "0"], ["1", "1"]], (y) => this.change({}, Number(y)));
    this.outcome = element("p", { role: "status" });
    this.updates = element("ul", { class: "backprop-lines" });
    this.lines = element("ol", { class: "backprop-lines" });
    root.replaceChildren(this.choices, this.diagram,
      element("div", { class: "widget-buttons" }, this.backButton, this.stepButton, this.passButton, button("Reset", () => this.reset())),
      this.status,
      element("p", { class: "backprop-legend", "aria-hidden": "true" }, element("span", { class: "backprop-value" }, "value"), " above, ",
        element("span", { class: "backprop-gradient" }, "gradient ∂L/∂(value)"), " below, ", element("span", { class: "backprop-slope" }, "×slope"), " on each edge. What a step of gradient descent changes has a bold frame."),
      this.dials,
      element("div", { class: "widget-line backprop-descent" }, this.rateControl.node, button("Take a step", () => this.descend()), this.outcome),
      this.updates,
      element("details", {}, element("summary", {}, "All lines so far"), this.lines));
    root.classList.add("is-live");
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Backpropagation, step by step");
  }

  /** Make a dial for each input of the graph. */
  buildInputs() {
    const onproblem = (problem) => this.say(sentences([problem]), true);
    this.controls = Object.fromEntries(this.graph.inputs.map(({ name, low, high }) => [name,
      dial(`${this.root.id}-${name}`, name, { low, high, least: -1000, most: 1000, step: (high - low) / 200, digits: 3, onproblem, onchange: (value) => this.change({ [name]: value }) })]));
    this.dials.replaceChildren(...Object.values(this.controls).map(({ node }) => node), this.yControl.node);
  }
}
