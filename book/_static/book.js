// What a page of the book can do beyond being read. Every page can be read without it.
"use strict";
{
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const idle = window.requestIdleCallback ?? setTimeout;

  // ── the color theme ─────────────────────────────────────────
  for (const button of all("button.theme")) {
    const name = (mode) => button.setAttribute("aria-label", `Color theme: ${mode === "auto" ? "as the system" : mode}`);
    name(document.documentElement.dataset.mode);
    button.addEventListener("click", () => name(nextTheme()));
  }

  // ── the keyboard: Ctrl+K or / goes to the search field ──────
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
    if (((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") || (event.key === "/" && !typing)) {
      event.preventDefault();
      document.querySelector(".search input")?.focus();
    }
  });
  // A link within the page closes the menu that it is in.
  for (const link of all("[popover] a[href*='#']")) link.addEventListener("click", () => link.closest("[popover]").hidePopover?.());

  // ── copy buttons, made when the pointer or the focus first reaches a block of code ──
  for (const block of all("article div[class*='highlight-']")) {
    const make = () => {
      if (block.querySelector(".copy")) return;
      const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Copy" });
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(block.querySelector("pre").innerText);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
      block.append(button);
    };
    block.addEventListener("pointerenter", make, { once: true });
    block.addEventListener("focusin", make, { once: true });
  }

  // ── players: the frames after the first are fetched when the pointer or the focus arrives ──
  for (const player of all(".player:has(input)")) {
    const [image, slider, output, button] = ["img", "input", "output", "button"].map((name) => player.querySelector(name));
    const sources = [image.getAttribute("src"), ...image.dataset.frames.split(" ")];
    const labels = JSON.parse(output.dataset.labels);
    output.style.minWidth = `min(${Math.max(...labels.map((label) => label.length))}ch, 100%)`; // nothing jumps
    let frames, timer;
    const fetchFrames = () => (frames ??= sources.map((source) => Object.assign(new Image(), { src: source })));
    const show = async () => {
      const wanted = Number(slider.value);
      output.value = labels[wanted];
      slider.setAttribute("aria-valuetext", labels[wanted]);
      await fetchFrames()[wanted].decode().catch(() => {});
      if (Number(slider.value) === wanted) image.src = sources[wanted];
    };
    const stop = () => { clearInterval(timer); timer = 0; button.textContent = "Play"; };
    const step = () => {
      slider.value = Number(slider.value) + 1;
      show();
      if (Number(slider.value) >= Number(slider.max)) stop();
    };
    for (const event of ["pointerenter", "focusin"]) player.addEventListener(event, fetchFrames, { once: true });
    slider.addEventListener("input", show);
    button.addEventListener("click", () => {
      if (timer) return stop();
      if (Number(slider.value) >= Number(slider.max)) { slider.value = 0; show(); }
      button.textContent = "Pause";
      timer = setInterval(step, Number(button.dataset.milliseconds));
    });
  }

  // ── where the reader is: the link in "On this page", and the section in a report of an error ──
  const links = new Map(all(".page-nav a[href*='#']").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const sections = [...links.keys()].map((id) => id && document.getElementById(id)).filter(Boolean);
  const report = document.querySelector("a.report");
  const address = report?.href;
  let current;
  const outer = sections.filter((section) => !sections.some((other) => other !== section && other.contains(section)));
  const isPassed = (section) => section.getBoundingClientRect().top < innerHeight / 3;
  const mark = () => { // asks only the section at hand what is in it: the others may not have been laid out
    const around = outer.filter(isPassed).at(-1);
    const last = sections.filter((section) => around?.contains(section) && isPassed(section)).at(-1);
    if (last === current) return;
    if (current) links.get(current.id).removeAttribute("aria-current");
    current = last;
    links.get(last?.id)?.setAttribute("aria-current", "true");
    if (!report) return;
    const heading = last?.querySelector("h2, h3, h4")?.cloneNode(true);
    heading?.querySelector(".headerlink")?.remove();
    const name = heading?.textContent.trim() ?? "";
    report.href = name ? `${address}&section=${encodeURIComponent(name)}` : address;
  };
  if (sections.length) {
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; mark(); });
    }, { passive: true });
    idle(mark);
  }

  // ── how tall the sections are that the stylesheet leaves out while they are out of sight, one at a time ──
  const left = [];
  const measure = () => {
    const section = left.shift();
    const end = section.lastElementChild.getBoundingClientRect().bottom - section.getBoundingClientRect().top;
    section.style.containIntrinsicBlockSize = `auto ${Math.ceil(end) + 20}px`; // with the last margin
    if (left.length) idle(measure);
  };
  const measureAll = () => {
    const isAtWork = left.length > 0;
    left.splice(0, Infinity, ...all("article > section > section"));
    if (!isAtWork && left.length) idle(measure);
  };
  addEventListener("load", measureAll);

  // ── print: everything is open, every picture is there ───────
  addEventListener("beforeprint", () => {
    for (const image of all("img[loading]")) image.loading = "eager";
    for (const details of all("details:not([open])")) { details.open = true; details.dataset.print = ""; }
  });
  addEventListener("afterprint", () => {
    for (const details of all("details[data-print]")) { details.open = false; delete details.dataset.print; }
  });

  // ── what scrolls sideways can be reached with the keyboard ──
  const inView = new Set();
  const reach = () => {
    const wide = [...inView].map((box) => [box, box.scrollWidth > box.clientWidth + 1]);
    for (const [box, scrolls] of wide) scrolls ? box.setAttribute("tabindex", "0") : box.removeAttribute("tabindex");
  };
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) isIntersecting ? inView.add(target) : inView.delete(target);
    reach();
  }, { rootMargin: "999999px" }); // all but what is folded or not laid out yet: that would be done here, in one go
  for (const box of all("article :is(pre, .scroll, .math-block)")) watch.observe(box);
  let resized;
  addEventListener("resize", () => { clearTimeout(resized); resized = setTimeout(() => { reach(); measureAll(); }, 300); });
}
