/* Loads the playground when it comes into view, or at once where the page or the address says so.
 *
 * The files end in .mjs, since Jupyter Book puts every .js into every page.
 */
import { startInView, styled } from "../widgets/in_view.mjs";

startInView(".playground", async (root) => {
  const [{ Playground }] = await Promise.all([import("./widget.mjs"), styled(new URL("playground.css", import.meta.url))]);
  await Playground.start(root);
});
