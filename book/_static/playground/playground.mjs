/* Loads the playground when it comes into view, or at once where the page or the address says so.
 *
 * The files end in .mjs, since Jupyter Book puts every .js into every page.
 */
import { startInView } from "../widgets/in_view.mjs";

startInView(".playground", async (root) => {
  const { Playground } = await import("./widget.mjs");
  root.playground = new Playground(root);
});
