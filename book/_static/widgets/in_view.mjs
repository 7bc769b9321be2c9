/* Starts widgets when they come into view, and tells them when the look of the page changes. */

/** Load and start each widget that matches, when it is near, or at once where the page or the address says so. */
export function startInView(selector, start) {
  for (const root of document.querySelectorAll(selector)) {
    let isStarted = false;
    const isAddressed = () => location.hash.startsWith(`#${root.id}?`);
    const startOnce = () => {
      if (isStarted) return;
      isStarted = true;
      start(root);
    };
    if (isAddressed() || root.hasAttribute("data-at-once")) startOnce();
    addEventListener("hashchange", () => isAddressed() && startOnce());
    new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && startOnce(),
      { rootMargin: "300px" }).observe(root);
  }
}

/** Call `resized` when the widget's size changes, and `recolored` when the theme does. */
export function watchLook(root, resized, recolored) {
  new ResizeObserver(resized).observe(root);
  new MutationObserver(recolored).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolored);
}
