/* The drawing field on the page: a pen, what the network sees of the drawing, and what it answers. */
import { prepare as fit, readPalette } from "../widgets/drawing.mjs";
import { button, element } from "../widgets/elements.mjs";
import { bytesOf, Int8Network } from "./int8.mjs";
import { BOX, MIDDLE, moved, overlaid, prepare, rasterize, shrink, SIDE } from "./preparation.mjs";

const DIGITS = [..."0123456789"];
const STEP = 1 / 40; // of the field: how far an arrow key moves the pen
const MOST_POINTS = 20_000;
const MOVES = {
  right: { name: "Move right", most: 6, step: 1, unit: "px", long: "pixels" },
  down: { name: "Move down", most: 6, step: 1, unit: "px", long: "pixels" },
  turn: { name: "Turn", most: 60, step: 3, unit: "°", long: "degrees" },
};
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const NO_INK_TEXT = "Color the ink by what it speaks for";

const percent = (share) => (share < 1 && share >= 0.9995 ? ">99.9 %" : `${(100 * share).toFixed(1)} %`);
const signed = (value) => (value > 0 ? `+${value}` : String(value).replace("-", "−"));

export class DigitField {
  constructor(root) {
    this.root = root;
    this.strokes = []; // each x, y, x, y … from 0 to 1
    this.loaded = null; // a test image under the strokes
    this.past = []; // what "Undo" goes back to
    this.moves = { right: 0, down: 0, turn: 0 };
    this.cursor = { x: 0.5, y: 0.5, isShown: false, stroke: null };
    this.pressed = new Set();
    this.network = null;
    this.result = null;
    this.build();
    this.rasterizeAll();
    this.listen();
    this.load();
    this.later();
  }

  // ── the files ───────────────────────────────────────────────

  async load() {
    const read = async (address) => {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
      return answer.json();
    };
    this.problem = null;
    try {
      const network = new Int8Network(await read(this.root.dataset.network));
      if (network.inputs !== SIDE * SIDE || network.outputs !== DIGITS.length) throw new Error("it reads no digits");
      this.network = network;
    } catch (error) {
      this.problem = error.message;
    }
    this.later();
    try {
      const { images, labels } = await read(this.root.dataset.examples);
      const pixels = bytesOf(images), size = SIDE * SIDE;
      this.examples = labels.map((label, i) => ({ label, pixels: pixels.slice(size * i, size * (i + 1)) }));
      this.showExamples();
    } catch {
      this.examplesBox.hidden = true; // the field works without them
    }
  }

  // ── the parts ───────────────────────────────────────────────

  build() {
    const id = this.root.id || "digit";
    this.paper = element("canvas", {
      class: "dg-paper", tabindex: 0, role: "application", "aria-label": "Drawing field", "aria-describedby": `${id}-keys`,
    });
    this.undoButton = button("Undo", () => this.undo());
    this.clearButton = button("Clear", () => this.clear());
    this.pen = element("input", { type: "range", min: 3, max: 14, step: 0.5, value: 7.5, autocomplete: "off", oninput: () => this.changePen() });
    this.picture = element("canvas", { class: "dg-picture", role: "img" });
    this.prepared = element("input", { type: "checkbox", checked: true, autocomplete: "off", onchange: () => this.later() });
    this.colored = element("input", { type: "checkbox", autocomplete: "off", onchange: () => this.later() });
    this.coloredText = element("span", {}, NO_INK_TEXT);
    this.answer = element("b", { class: "dg-digit" });
    this.share = element("span", { class: "dg-share" });
    this.second = element("span", { class: "dg-second" });
    this.bars = DIGITS.map((digit) => {
      const fill = element("i"), number = element("span", { class: "dg-number" });
      return { fill, number, row: element("li", {}, element("b", {}, digit), element("span", { class: "dg-track" }, fill), number) };
    });
    this.status = element("p", { class: "dg-status", role: "status" });
    this.sliders = Object.fromEntries(Object.entries(MOVES).map(([name, { name: said, most, step }]) => {
      const input = element("input", {
        type: "range", id: `${id}-${name}`, min: -most, max: most, step, value: 0, autocomplete: "off",
        oninput: () => this.move(name, Number(input.value)),
      });
      const curve = element("canvas", { class: "dg-curve", role: "img" });
      const value = element("output", { for: input.id }), range = element("span", { class: "dg-range" });
      const head = element("div", { class: "dg-head" }, element("label", { for: input.id }, said), value);
      const box = element("div", { class: "dg-slider" }, head, curve, input, range);
      return [name, { input, curve, value, range, box }];
    }));
    this.curvesText = element("p", { class: "dg-hint" });
    this.straightButton = button("Back to the middle", () => this.straighten());
    this.thumbnails = element("div", { class: "dg-thumbnails" });
    this.examplesBox = element("div", { class: "dg-examples" }, element("p", { class: "dg-title" }, this.root.dataset.title ?? "Test images"), this.thumbnails);
    const check = (input, text) => element("label", { class: "dg-check" }, input, text);
    this.root.replaceChildren(
      ...(this.root.dataset.note ? [element("p", { class: "dg-note", role: "note" }, this.root.dataset.note)] : []),
      element("div", { class: "dg-main" },
        element("div", { class: "dg-draw" },
          element("p", { class: "dg-title" }, "Your drawing"),
          this.paper,
          element("div", { class: "dg-tools" }, this.undoButton, this.clearButton, element("label", { class: "dg-pen" }, "Pen", this.pen)),
          check(this.prepared, "Scale and center it first, as MNIST does"),
          element("p", { class: "dg-hint", id: `${id}-keys` },
            "Mouse, finger or pen. With the keyboard: arrow keys move the pen, Space puts it down and lifts it, Backspace takes the last stroke back."),
        ),
        element("div", { class: "dg-answer" },
          element("div", { class: "dg-top" },
            element("div", { class: "dg-seen" }, element("p", { class: "dg-title" }, "What it sees"), this.picture),
            element("div", { class: "dg-verdict" }, element("p", { class: "dg-title" }, "What it answers"), this.answer, this.share, this.second),
          ),
          element("ol", { class: "dg-bars", "aria-label": "Probabilities of the digits" }, ...this.bars.map(({ row }) => row)),
          check(this.colored, this.coloredText),
        ),
      ),
      this.status,
      element("div", { class: "dg-moves" },
        element("p", { class: "dg-title" }, "Move what it sees", this.straightButton),
        this.curvesText,
        element("div", { class: "dg-sliders" }, ...Object.values(this.sliders).map(({ box }) => box))),
      this.examplesBox,
    );
    this.root.classList.add("is-live");
  }

  showExamples() {
    this.thumbnails.replaceChildren(...this.examples.map((example, i) => {
      const canvas = element("canvas", { width: SIDE, height: SIDE });
      const named = `Test image ${i + 1}, labeled ${example.label}`;
      const node = button("", () => this.show(example), { "aria-label": named, title: named, "aria-pressed": "false" });
      node.append(canvas, element("small", {}, String(example.label)));
      Object.assign(example, { node, canvas });
      return node;
    }));
    this.drawThumbnails();
  }

  // ── what one does ───────────────────────────────────────────

  listen() {
    const { paper } = this;
    paper.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || this.pointer !== undefined) return;
      paper.setPointerCapture(event.pointerId);
      this.pointer = event.pointerId;
      this.liftPen();
      this.cursor.isShown = false;
      this.beginStroke(...this.placeOf(event));
    });
    paper.addEventListener("pointermove", (event) => {
      if (event.pointerId !== this.pointer) return;
      const all = event.getCoalescedEvents?.() ?? [];
      for (const each of all.length ? all : [event]) this.extendStroke(...this.placeOf(each));
    });
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) {
      paper.addEventListener(type, (event) => {
        if (event.pointerId === this.pointer) this.pointer = undefined;
      });
    }
    paper.addEventListener("keydown", (event) => this.pressKey(event));
    paper.addEventListener("keyup", (event) => this.pressed.delete(event.key));
    paper.addEventListener("focus", () => {
      if (this.pointer === undefined && paper.matches(":focus-visible")) this.cursor.isShown = true;
      this.later();
    });
    paper.addEventListener("blur", () => {
      this.pressed.clear();
      this.liftPen();
      this.cursor.isShown = false;
      this.later();
    });
    const redraw = () => {
      this.palette = null;
      this.later();
      this.drawThumbnails();
    };
    new ResizeObserver(() => this.later()).observe(this.root);
    new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  }

  placeOf(event) {
    const { paper } = this, box = paper.getBoundingClientRect();
    return [(event.clientX - box.left - paper.clientLeft) / paper.clientWidth, (event.clientY - box.top - paper.clientTop) / paper.clientHeight];
  }

  pressKey(event) {
    const { cursor, pressed } = this;
    if (event.key in ARROWS) {
      pressed.add(event.key);
      const far = STEP * (event.shiftKey ? 4 : 1);
      for (const key of pressed) { // two at once go diagonally
        cursor.x = Math.max(0, Math.min(1, cursor.x + far * ARROWS[key][0]));
        cursor.y = Math.max(0, Math.min(1, cursor.y + far * ARROWS[key][1]));
      }
      if (cursor.stroke) this.extendStroke(cursor.x, cursor.y);
    } else if (event.key === " ") {
      if (event.repeat) return event.preventDefault();
      if (cursor.stroke) this.liftPen();
      else cursor.stroke = this.beginStroke(cursor.x, cursor.y);
    } else if (event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey))) this.undo();
    else if (event.key === "Delete") this.clear();
    else return undefined;
    event.preventDefault();
    cursor.isShown = true;
    return this.later();
  }

  liftPen() {
    this.cursor.stroke = null;
  }

  /** Keep what is there now, so that it can be gone back to. */
  keep() {
    this.past.push({ strokes: this.strokes.map((stroke) => [...stroke]), loaded: this.loaded });
    if (this.past.length > 100) this.past.shift();
  }

  beginStroke(x, y) {
    this.keep();
    this.strokes.push([x, y]);
    rasterize([[x, y]], this.width, this.fine);
    this.later();
    return this.strokes.at(-1);
  }

  extendStroke(x, y) {
    const stroke = this.strokes.at(-1), [lastX, lastY] = stroke.slice(-2);
    if (Math.hypot(x - lastX, y - lastY) < 0.004 || stroke.length > 2 * MOST_POINTS) return;
    stroke.push(x, y);
    rasterize([[lastX, lastY, x, y]], this.width, this.fine);
    this.later();
  }

  undo() {
    const before = this.past.pop();
    if (!before) return;
    this.liftPen();
    Object.assign(this, before);
    this.rasterizeAll();
  }

  clear() {
    if (this.isEmpty) return;
    this.keep();
    this.liftPen();
    this.strokes = [];
    this.loaded = null;
    this.rasterizeAll();
  }

  /** Show a test image; strokes are drawn onto it. */
  show(example) {
    this.keep();
    this.liftPen();
    this.strokes = [];
    this.loaded = example;
    this.straighten();
    this.rasterizeAll();
  }

  move(name, value) {
    this.moves[name] = value;
    this.later();
  }

  straighten() {
    for (const [name, { input }] of Object.entries(this.sliders)) {
      input.value = 0;
      this.moves[name] = 0;
    }
    this.later();
  }

  changePen() {
    this.rasterizeAll();
  }

  get width() {
    return Number(this.pen.value) / 100;
  }

  get isEmpty() {
    return this.strokes.length === 0 && !this.loaded;
  }

  rasterizeAll() {
    this.fine = rasterize(this.strokes, this.width);
    this.later();
  }

  // ── what the network sees and answers ───────────────────────

  /** Return the 28 × 28 gray levels before the sliders move them. */
  prepareDrawing() {
    if (this.loaded) return this.strokes.length ? overlaid(this.loaded.pixels, shrink(this.fine)) : this.loaded.pixels;
    return this.prepared.checked ? prepare(this.fine) : shrink(this.fine);
  }

  /** Ask the network; `result` is null if there is nothing to read. */
  ask() {
    const base = this.prepareDrawing(), pixels = moved(base, this.moves);
    this.result = null;
    if (!this.network || !pixels.some((pixel) => pixel > 0)) return;
    const probabilities = this.network.predict(pixels);
    const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
    const isWrong = this.loaded && this.loaded.label !== order[0];
    this.result = { base, pixels, probabilities, order, isWrong, rival: isWrong ? this.loaded.label : order[1] };
  }

  /** Show everything anew with the next frame; the curves follow when the pen rests. */
  later() {
    this.isDue ??= requestAnimationFrame(() => {
      this.isDue = undefined;
      this.ask();
      this.draw();
      clearTimeout(this.curvesTimer);
      this.curvesTimer = setTimeout(() => this.showCurves(), this.pointer === undefined ? 30 : 200);
      clearTimeout(this.speechTimer);
      this.speechTimer = setTimeout(() => this.say(), 400);
    });
  }

  say() {
    const { result, loaded, status } = this;
    let text;
    if (this.problem) text = `The network could not be loaded: ${this.problem}. `;
    else if (!this.network) text = "The network is being loaded.";
    else if (this.isEmpty) text = "There is nothing to read yet: draw a digit.";
    else if (!result) text = "There is no ink in the picture, so there is nothing to read.";
    else {
      const { probabilities, order: [first, second] } = result;
      const what = loaded ? `A test image labeled ${loaded.label}${this.strokes.length ? ", with your strokes on it" : ""}. ` : "";
      text = `${what}The network reads ${first} (${percent(probabilities[first])}); the runner-up is ${second} (${percent(probabilities[second])}).`;
    }
    const isProblem = Boolean(this.problem);
    if (status.textContent.startsWith(text) && isProblem === status.classList.contains("is-problem")) return;
    status.classList.toggle("is-problem", isProblem);
    status.replaceChildren(text, ...(isProblem ? [button("Try again", () => this.load())] : []));
  }

  // ── drawing ─────────────────────────────────────────────────

  draw() {
    this.palette ??= readPalette(this.root);
    this.drawPaper();
    this.drawPicture();
    this.showAnswer();
    this.undoButton.disabled = this.past.length === 0;
    this.clearButton.disabled = this.isEmpty;
    this.prepared.disabled = Boolean(this.loaded); // test images are prepared
    for (const { node, canvas: _, ...example } of this.examples ?? []) {
      node.setAttribute("aria-pressed", String(example.pixels === this.loaded?.pixels));
    }
    for (const [name, { value, input }] of Object.entries(this.sliders)) {
      const { unit, long } = MOVES[name], now = signed(this.moves[name]);
      value.textContent = unit === "°" ? `${now}°` : `${now} ${unit}`;
      input.setAttribute("aria-valuetext", `${now} ${long}`);
    }
    this.straightButton.disabled = Object.values(this.moves).every((value) => value === 0);
  }

  drawPaper() {
    const { palette, cursor } = this, { context, width } = fit(this.paper);
    if (this.loaded) this.drawPixels(context, this.loaded.pixels, width);
    else if (this.isEmpty && !cursor.isShown) {
      context.fillStyle = palette.muted;
      context.font = `${Math.round(width / 17)}px ${getComputedStyle(this.root).fontFamily}`;
      context.textAlign = "center";
      context.fillText("Draw a digit here", width / 2, width / 2);
    }
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = this.width * width;
    context.strokeStyle = palette.ink;
    for (const stroke of this.strokes) {
      context.beginPath();
      context.moveTo(stroke[0] * width, stroke[1] * width);
      for (let i = stroke.length > 2 ? 2 : 0; i < stroke.length; i += 2) context.lineTo(stroke[i] * width, stroke[i + 1] * width);
      context.stroke();
    }
    if (!cursor.isShown) return;
    const [x, y] = [cursor.x * width, cursor.y * width], radius = Math.max((this.width * width) / 2, 4);
    for (const [color, thick] of [[palette.background, 5], [palette.classes[0], 2.5]]) {
      context.strokeStyle = color;
      context.lineWidth = thick;
      context.beginPath();
      context.arc(x, y, radius + 3, 0, 2 * Math.PI);
      if (!cursor.stroke) for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(x + dx * (radius + 3), y + dy * (radius + 3));
        context.lineTo(x + dx * (radius + 9), y + dy * (radius + 9));
      }
      context.stroke();
    }
  }

  /** Draw 28 × 28 gray levels, or colors, as squares. */
  drawPixels(context, pixels, width, colorOf = null) {
    const { palette } = this, edge = (i) => Math.round((i * width) / SIDE);
    for (let row = 0, i = 0; row < SIDE; row++) {
      for (let column = 0; column < SIDE; column++, i++) {
        if (pixels[i] === 0) continue;
        context.globalAlpha = pixels[i] / 255;
        context.fillStyle = colorOf?.(i) ?? palette.ink;
        const x = edge(column), y = edge(row);
        context.fillRect(x, y, edge(column + 1) - x, edge(row + 1) - y);
      }
    }
    context.globalAlpha = 1;
  }

  drawPicture() {
    const { palette, result, picture } = this, { context, width } = fit(picture), pixel = width / SIDE;
    if (result) this.drawPixels(context, result.pixels, width, this.colored.checked ? this.inkColors() : null);
    context.strokeStyle = palette.border;
    context.setLineDash([3, 3]);
    context.strokeRect(4 * pixel, 4 * pixel, BOX * pixel, BOX * pixel);
    context.setLineDash([]);
    context.strokeStyle = palette.purple;
    context.beginPath();
    const middle = (MIDDLE + 0.5) * pixel;
    for (const [dx, dy] of [[4, 0], [0, 4]]) {
      context.moveTo(middle - dx, middle - dy);
      context.lineTo(middle + dx, middle + dy);
    }
    context.stroke();
    picture.setAttribute("aria-label", result
      ? "The drawing on 28 × 28 pixels, with a cross in the middle and a dashed box of 20 × 20 pixels"
      : "An empty picture of 28 × 28 pixels");
  }

  /** Return a color for each pixel's ink: blue speaks for the answer, orange for its rival. */
  inkColors() {
    const { pixels, order: [first], rival } = this.result, { palette } = this;
    const evidence = this.network.evidence(pixels, first, rival);
    const most = evidence.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-12);
    const numbers = (color) => color.match(/\d+/g).map(Number);
    const gray = numbers(palette.muted).map((value, i) => (value + numbers(palette.background)[i]) / 2);
    const ends = palette.classes.map(numbers);
    return (i) => {
      const share = Math.min(1, Math.abs(evidence[i]) / most) ** 0.5, end = ends[evidence[i] > 0 ? 0 : 1];
      return `rgb(${gray.map((value, j) => Math.round(value + share * (end[j] - value))).join(",")})`;
    };
  }

  showAnswer() {
    const { result, bars } = this;
    const first = result?.order[0], rival = result?.rival; // the label, if the answer is wrong; else the runner-up
    bars.forEach(({ row, fill, number }, digit) => {
      const share = result?.probabilities[digit] ?? 0;
      fill.style.setProperty("width", `${100 * share}%`);
      number.textContent = result ? percent(share) : "–";
      row.classList.toggle("is-first", digit === first);
      row.classList.toggle("is-second", digit === rival);
    });
    this.answer.textContent = result ? first : "?";
    this.answer.classList.toggle("is-open", !result);
    this.share.textContent = result ? percent(result.probabilities[first]) : "";
    this.second.textContent = result
      ? `${result.isWrong ? "labeled" : "runner-up:"} ${rival}, ${percent(result.probabilities[rival])}` : "no ink, no answer";
    this.colored.disabled = !result;
    this.coloredText.replaceChildren(...(result
      ? ["Color the ink ", element("b", { class: "is-first" }, `for ${first}`), " and ", element("b", { class: "is-second" }, `for ${rival}`)]
      : [NO_INK_TEXT]));
  }

  /** Draw, above each slider, the probability of what is read in the middle for all of the slider's places. */
  showCurves() {
    const { result, palette } = this;
    const read = (moves) => {
      const probabilities = this.network.predict(moved(result.base, moves));
      return { probabilities, answer: probabilities.indexOf(Math.max(...probabilities)) };
    };
    const asked = result ? read({}).answer : null;
    this.curvesText.textContent = result
      ? `The curves: the probability of ${asked} at all places of a slider; blue where ${asked} is the answer.`
      : "Once there is a drawing, curves show the probability of its digit at all places of a slider.";
    for (const [name, { curve, range, input }] of Object.entries(this.sliders)) {
      const { most, step, unit } = MOVES[name], { context, width, height } = fit(curve);
      const places = Array.from({ length: (2 * most) / step + 1 }, (_, i) => i * step - most);
      const half = 8, x = (place) => half + ((width - 2 * half) * (place + most)) / (2 * most), y = (share) => 3 + (height - 4) * (1 - share);
      context.strokeStyle = palette.border;
      context.strokeRect(0.5, 0.5, width - 1, height - 1);
      range.textContent = "";
      curve.setAttribute("aria-label", "An empty curve");
      if (!result) continue;
      const all = places.map((place) => read({ ...this.moves, [name]: place }));
      const isAsked = all.map(({ answer }) => answer === asked);
      for (let from = 0, until = 0; from < places.length - 1; from = until) { // pieces of one color
        const color = (i) => palette.classes[isAsked[i] && isAsked[i + 1] ? 0 : 1];
        for (until = from + 1; until < places.length - 1 && color(until) === color(from);) until += 1;
        const line = new Path2D();
        for (let i = from; i <= until; i++) line.lineTo(x(places[i]), y(all[i].probabilities[asked]));
        const area = new Path2D(line);
        area.lineTo(x(places[until]), height - 1);
        area.lineTo(x(places[from]), height - 1);
        context.fillStyle = context.strokeStyle = color(from);
        context.globalAlpha = 0.25;
        context.fill(area);
        context.globalAlpha = 1;
        context.lineWidth = 2;
        context.stroke(line);
      }
      context.fillStyle = palette.ink;
      context.fillRect(x(Number(input.value)) - 0.75, 0, 1.5, height);
      const middle = places.indexOf(0);
      let from = middle, until = middle;
      if (isAsked[middle]) {
        while (isAsked[from - 1]) from -= 1;
        while (isAsked[until + 1]) until += 1;
        const between = from === until ? "only in the middle" : `from ${signed(places[from])} to ${signed(places[until])}${unit === "°" ? "°" : ""}`;
        range.textContent = from === 0 && until === places.length - 1 ? `reads ${asked} everywhere here` : `reads ${asked} ${between}`;
      } else range.textContent = `doesn’t read ${asked} in the middle`;
      curve.setAttribute("aria-label", `Probability of ${asked} from ${signed(-most)} to ${signed(most)}: ${range.textContent}`);
    }
  }

  drawThumbnails() {
    if (!this.examples) return;
    this.palette ??= readPalette(this.root);
    for (const { canvas, pixels } of this.examples) {
      const context = canvas.getContext("2d");
      context.clearRect(0, 0, SIDE, SIDE);
      this.drawPixels(context, pixels, SIDE);
    }
  }
}
