/* Neuron dials: two weights and a bias to turn, the neuron's answer as a picture and a truth table.
 *
 * Fills every <div class="neuron-dials">. Sliders count in halves, so that z = 0 is met exactly.
 * No other files, no requests; colors come from the page's CSS variables (light and dark theme).
 */
(() => {
  "use strict";

  const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]];
  const TASKS = {
    "A AND B": [0, 0, 0, 1],
    "A OR B": [0, 1, 1, 1],
    "A NAND B": [1, 1, 1, 0],
    "A AND NOT B": [0, 0, 1, 0],
    "A XOR B": [0, 1, 1, 0],
  };
  const OWN = "my own";
  const LOW = -0.75, HIGH = 1.75; // the part of the plane that is shown, both axes
  const ACTIVATIONS = {
    step: (z) => (z >= 0 ? 1 : 0),
    sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  };

  const minus = (text) => text.replace("-", "\u2212");

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  /** Resolve a CSS color variable of `node` to [r, g, b]. */
  function color(node, name, fallback) {
    const context = element("canvas").getContext("2d");
    context.fillStyle = fallback;
    context.fillStyle = getComputedStyle(node).getPropertyValue(name).trim() || fallback;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }

  const css = (rgb) => `rgb(${rgb.join(",")})`;
  const mix = (a, b, share) => a.map((value, i) => Math.round(value + (b[i] - value) * share));

  function build(root, index) {
    const state = { w1: 1, w2: 1, b: -0.5, activation: "step", task: "A AND B", targets: [...TASKS["A AND B"]] };
    const id = (name) => `neuron-dials-${index}-${name}`;

    // ── controls ──────────────────────────────────────────────
    const canvas = element("canvas", { role: "img" });
    const task = element("select", { id: id("task") });
    for (const name of [...Object.keys(TASKS), OWN]) task.append(element("option", { value: name }, name));
    task.addEventListener("change", () => {
      state.task = task.value;
      if (task.value in TASKS) state.targets = [...TASKS[task.value]];
      update();
    });

    const activation = element("fieldset", { class: "neuron-dials-activation" }, element("legend", {}, "Activation"));
    for (const name of Object.keys(ACTIVATIONS)) {
      const radio = element("input", { type: "radio", name: id("activation"), id: id(name), value: name });
      radio.checked = name === state.activation;
      radio.addEventListener("change", () => { state.activation = name; update(); });
      activation.append(element("label", { for: id(name) }, radio, ` ${name}`));
    }

    const sliders = {};
    const dials = element("div", { class: "neuron-dials-sliders" });
    for (const [name, text] of [["w1", "weight w₁ of A"], ["w2", "weight w₂ of B"], ["b", "bias b"]]) {
      const input = element("input", { type: "range", min: -12, max: 12, step: 0.5, id: id(name), value: state[name] });
      const value = element("output", { for: id(name) });
      input.addEventListener("input", () => { state[name] = Number(input.value); update(); });
      sliders[name] = { input, value, text };
      dials.append(element("div", {}, element("label", { for: id(name) }, text), value, input));
    }

    const rows = CORNERS.map(([a, b], corner) => {
      const target = element("button", { type: "button" });
      target.addEventListener("click", () => {
        state.targets[corner] = 1 - state.targets[corner];
        state.task = task.value = OWN;
        update();
      });
      const cells = { target, z: element("td"), y: element("td"), verdict: element("td") };
      cells.row = element("tr", {}, element("td", {}, String(a)), element("td", {}, String(b)),
        element("td", {}, target), cells.z, cells.y, cells.verdict);
      return cells;
    });
    const head = element("tr");
    for (const text of ["A", "B", "wanted", "z", "output", "right?"]) head.append(element("th", { scope: "col" }, text));
    const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows.map((r) => r.row)));

    const formula = element("p", { class: "neuron-dials-formula" });
    const count = element("p", { class: "neuron-dials-count", role: "status" });

    root.replaceChildren(
      element("div", { class: "neuron-dials-picture" }, canvas, formula),
      element("div", { class: "neuron-dials-panel" },
        element("div", { class: "neuron-dials-choices" },
          element("div", {}, element("label", { for: id("task") }, "Task "), task), activation),
        dials, count),
      element("div", { class: "neuron-dials-table" }, table),
    );
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Neuron dials: turn the weights and the bias");

    // ── model ─────────────────────────────────────────────────
    const score = (a, b) => state.w1 * a + state.w2 * b + state.b;
    const output = (a, b) => ACTIVATIONS[state.activation](score(a, b));

    function update() {
      let right = 0;
      CORNERS.forEach(([a, b], corner) => {
        const z = score(a, b), y = output(a, b), wanted = state.targets[corner];
        const isRight = (y >= 0.5 ? 1 : 0) === wanted;
        right += isRight;
        const cells = rows[corner];
        cells.target.textContent = String(wanted);
        cells.target.setAttribute("aria-label", `wanted for A ${a}, B ${b}: ${wanted}; press to change`);
        cells.z.textContent = minus(z.toFixed(1));
        cells.y.textContent = state.activation === "step" ? String(y) : y.toFixed(3);
        cells.verdict.textContent = isRight ? "✓" : "✗";
        cells.verdict.setAttribute("aria-label", isRight ? "right" : "wrong");
        cells.row.className = isRight ? "" : "is-wrong";
      });
      for (const [name, { input, value, text }] of Object.entries(sliders)) {
        value.textContent = minus(state[name].toFixed(1));
        input.setAttribute("aria-valuetext", `${text}: ${state[name].toFixed(1)}`);
      }
      const term = (value) => `${value < 0 ? "−" : "+"} ${Math.abs(value).toFixed(1)}`;
      formula.textContent =
        `z = ${minus(state.w1.toFixed(1))} A ${term(state.w2)} B ${term(state.b)}`;
      const flat = state.w1 === 0 && state.w2 === 0;
      const message = `${right} of 4 right.` + (right === 4 ? " This neuron does it." : "") +
        (flat ? " Both weights are 0: no boundary, one answer for every input." : "");
      if (count.textContent !== message) count.textContent = message; // say it only when it changes
      canvas.setAttribute("aria-label",
        `The plane of the inputs A and B, colored by the output of the neuron. Task ${state.task}: ${right} of 4 corners right.`);
      draw();
    }

    // ── picture ───────────────────────────────────────────────
    function draw() {
      const side = Math.round(canvas.clientWidth) || 320;
      const ratio = window.devicePixelRatio || 1;
      if (canvas.width !== Math.round(side * ratio)) canvas.width = canvas.height = Math.round(side * ratio);
      const context = canvas.getContext("2d");
      const background = color(root, "--pst-color-background", "#ffffff");
      const ink = css(color(root, "--pst-color-text-base", "#222222"));
      const classes = [color(root, "--annbook-blue", "#0072b2"), color(root, "--annbook-vermillion", "#d55e00")];
      const shades = classes.map((c) => mix(background, c, 0.45));

      const size = canvas.width;
      const image = context.createImageData(size, size);
      const scale = (HIGH - LOW) / size;
      for (let row = 0, at = 0; row < size; row++) {
        const b = HIGH - (row + 0.5) * scale;
        for (let column = 0; column < size; column++) {
          const y = output(LOW + (column + 0.5) * scale, b);
          for (let i = 0; i < 3; i++) image.data[at++] = shades[0][i] + (shades[1][i] - shades[0][i]) * y;
          image.data[at++] = 255;
        }
      }
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.putImageData(image, 0, 0);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);

      const px = (a) => ((a - LOW) / (HIGH - LOW)) * side;
      const py = (b) => ((HIGH - b) / (HIGH - LOW)) * side;
      context.strokeStyle = context.fillStyle = ink;
      context.font = "14px system-ui, sans-serif";
      context.globalAlpha = 0.35;
      context.lineWidth = 1;
      for (const tick of [0, 1]) {
        context.beginPath();
        context.moveTo(px(tick), 0); context.lineTo(px(tick), side);
        context.moveTo(0, py(tick)); context.lineTo(side, py(tick));
        context.stroke();
      }
      context.globalAlpha = 1;
      context.textAlign = "center";
      for (const tick of [0, 1]) context.fillText(`A = ${tick}`, px(tick), side - 8);
      context.textAlign = "left";
      for (const tick of [0, 1]) context.fillText(`B = ${tick}`, 5, py(tick) - 5);

      const length = Math.hypot(state.w1, state.w2);
      if (length > 0) {
        const [u, v] = [state.w1 / length, state.w2 / length];
        const distance = score(0.5, 0.5) / length; // of the picture's center from the boundary
        const [a, b] = [0.5 - distance * u, 0.5 - distance * v];
        context.lineWidth = 2.5;
        context.beginPath();
        context.moveTo(px(a - 5 * v), py(b + 5 * u));
        context.lineTo(px(a + 5 * v), py(b - 5 * u));
        context.stroke();
        arrow(context, px(a), py(b), u, -v, 0.14 * side);
      }

      CORNERS.forEach(([a, b], corner) => {
        const wanted = state.targets[corner];
        context.fillStyle = css(classes[wanted]);
        context.strokeStyle = css(background);
        context.lineWidth = 2;
        context.beginPath();
        if (wanted === 0) context.arc(px(a), py(b), 8, 0, 2 * Math.PI);
        else {
          context.moveTo(px(a), py(b) - 10);
          context.lineTo(px(a) + 10, py(b) + 8);
          context.lineTo(px(a) - 10, py(b) + 8);
          context.closePath();
        }
        context.fill();
        context.stroke();
        if ((output(a, b) >= 0.5 ? 1 : 0) !== wanted) {
          context.strokeStyle = ink;
          context.beginPath();
          context.arc(px(a), py(b), 15, 0, 2 * Math.PI);
          context.moveTo(px(a) - 15, py(b) - 15); context.lineTo(px(a) + 15, py(b) + 15);
          context.stroke();
        }
      });
    }

    function arrow(context, x, y, dx, dy, length) {
      const [tipX, tipY] = [x + dx * length, y + dy * length];
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(tipX, tipY);
      for (const turn of [2.6, -2.6]) {
        context.moveTo(tipX, tipY);
        context.lineTo(tipX + 9 * (dx * Math.cos(turn) - dy * Math.sin(turn)),
          tipY + 9 * (dx * Math.sin(turn) + dy * Math.cos(turn)));
      }
      context.stroke();
      context.textAlign = "center";
      context.fillText("w", tipX + dx * 12, tipY + dy * 12 + 4);
    }

    new ResizeObserver(draw).observe(canvas);
    new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    update();
  }

  document.querySelectorAll(".neuron-dials").forEach(build);
})();
