/* Starts widgets when they come into view, and tells them when the look of the page changes. */

/** Return when the page has been loaded and the browser has nothing more urgent to do. */
export async function calm() {
  if (document.readyState !== "complete") await new Promise((done) => { addEventListener("load", done, { once: true }); });
  await new Promise((done) => { window.requestIdleCallback ? requestIdleCallback(done, { timeout: 2000 }) : setTimeout(done, 200); });
}

/** Return in a task of its own, so that what the reader does is answered in between. */
export const nextTask = () => new Promise((done) => { setTimeout(done, 0); });

/** Return in a task of its own after the next frame. */
export const nextFrame = () => new Promise((done) => { requestAnimationFrame(() => setTimeout(done, 0)); });

/** Load the stylesheet at a URL, unless the page has it; without it a widget works, too. */
export function styled(url) {
  const { href } = new URL(url);
  if ([...document.querySelectorAll("link[rel=stylesheet]")].some((link) => link.href.split("?")[0] === href)) return null;
  return new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: done, onerror: done });
    document.head.append(link);
  });
}

/** Load and start each widget that matches, when it is near, or soon where the page or the address says so. */
export function startInView(selector, start) {
  for (const root of document.querySelectorAll(selector)) {
    let isStarted = false;
    const isAddressed = () => location.hash.startsWith(`#${root.id}?`);
    const startOnce = async () => {
      if (isStarted) return;
      isStarted = true;
      await calm();
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
