/* Softmax dials: three logits and a temperature to turn; probabilities, loss and gradient follow.
 *
 * Fills every <div class="softmax-dials">. No other files, no requests; colors are the page's CSS variables.
 */
(() => {
  "use strict";

  const CLASSES = [1, 2, 3];
  const SUBSCRIPTS = ["₁", "₂", "₃"];
  const signed = (number, digits) => number.toFixed(digits).replace("-", "\u2212");

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function softmax(logits) {
    const top = Math.max(...logits);
    const e = logits.map((z) => Math.exp(z - top));
    const sum = e.reduce((a, b) => a + b);
    return e.map((value) => value / sum);
  }

  function build(root, index) {
    const state = { logits: [2, 1, 0.1], temperature: 1, truth: 0 };
    const id = (name) => `softmax-dials-${index}-${name}`;

    function dial(name, text, attributes, onInput) {
      const input = element("input", { type: "range", id: id(name), ...attributes });
      const value = element("output", { for: id(name) });
      input.addEventListener("input", () => { onInput(Number(input.value)); update(); });
      return { value, box: element("div", { class: "softmax-dials-dial" }, element("label", { for: id(name) }, text), value, input) };
    }

    const rows = CLASSES.map((_, k) => {
      const logit = dial(`z${k}`, `logit z${SUBSCRIPTS[k]}`, { min: -5, max: 5, step: 0.1, value: state.logits[k] },
        (value) => { state.logits[k] = value; });
      const [share, slope] = ["probability", "gradient"].map((name) => {
        const fill = element("i"), number = element("output");
        const kind = name === "gradient" ? " softmax-dials-slope" : "";
        const box = element("div", { class: "softmax-dials-number" }, element("span", { class: "softmax-dials-label" }, name),
          element("div", { class: `softmax-dials-bar${kind}`, "aria-hidden": "true" }, fill), number);
        return { fill, number, box };
      });
      const row = element("div", { class: "softmax-dials-row" }, logit.box, share.box, slope.box);
      return { row, value: logit.value, share, slope };
    });

    const temperature = dial("T", "temperature T", { min: -1, max: 1, step: 0.05, value: 0 },
      (value) => { state.temperature = 10 ** value; });
    const truth = element("fieldset", {}, element("legend", {}, "True class"));
    CLASSES.forEach((name, k) => {
      const radio = element("input", { type: "radio", name: id("truth"), id: id(`truth${k}`) });
      radio.checked = k === state.truth;
      radio.addEventListener("change", () => { state.truth = k; update(); });
      truth.append(element("label", { for: id(`truth${k}`) }, radio, ` ${name}`));
    });
    const verdict = element("p", { class: "softmax-dials-verdict", role: "status" });

    root.replaceChildren(
      element("div", { class: "softmax-dials-row softmax-dials-head", "aria-hidden": "true" },
        element("span", {}, "logit"), element("span", {}, "probability"), element("span", {}, "gradient of the loss in z")),
      ...rows.map((r) => r.row),
      element("div", { class: "softmax-dials-choices" }, temperature.box, truth), verdict);
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Softmax dials: turn three logits and the temperature");

    function update() {
      const T = state.temperature;
      const probabilities = softmax(state.logits.map((z) => z / T));
      const top = Math.max(...state.logits) / T;
      const lse = top + Math.log(state.logits.reduce((sum, z) => sum + Math.exp(z / T - top), 0));
      const loss = lse - state.logits[state.truth] / T; // from logits: never infinite
      rows.forEach((r, k) => {
        const p = probabilities[k], gradient = (p - (k === state.truth ? 1 : 0)) / T;
        r.row.classList.toggle("is-true", k === state.truth);
        r.value.textContent = signed(state.logits[k], 1);
        r.share.fill.style.width = `${100 * p}%`;
        r.share.number.textContent = p.toFixed(4);
        const width = 50 * Math.min(Math.abs(gradient), 1);
        r.slope.fill.style.width = `${width}%`;
        r.slope.fill.style.left = gradient < 0 ? `${50 - width}%` : "50%";
        r.slope.number.textContent = (Math.abs(gradient) > 1 ? "↔ " : "") + signed(gradient, 4);
      });
      temperature.value.textContent = T.toPrecision(2);
      verdict.textContent = `True class ${state.truth + 1}: loss ${loss < 1e-4 ? loss.toExponential(1) : loss.toFixed(4)}`;
    }
    update();
  }

  document.querySelectorAll(".softmax-dials").forEach(build);
})();
