/* Loads the playground when it comes into view, or at once where the page or the address says so.
 *
 * The files end in .mjs, since Jupyter Book puts every .js into every page.
 */
for (const root of document.querySelectorAll(".playground")) {
  let isStarted = false;
  const isAddressed = () => location.hash.startsWith(`#${root.id}?`);
  const start = async () => {
    if (isStarted) return;
    isStarted = true;
    const { Playground } = await import("./widget.mjs");
    root.playground = new Playground(root);
  };
  if (isAddressed() || root.hasAttribute("data-at-once")) start();
  addEventListener("hashchange", () => isAddressed() && start());
  new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && start(),
    { rootMargin: "300px" }).observe(root);
}
