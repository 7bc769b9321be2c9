/* Loads the widget "gradient descent" when it comes into view, or when the address says so. */
import { startInView, styled } from "../widgets/in_view.mjs";

startInView(".descent", async (root) => {
  const look = ["../widgets/widgets.css", "descent.css"].map((file) => styled(new URL(file, import.meta.url)));
  const [{ Descent }] = await Promise.all([import("./widget.mjs"), ...look]);
  root.widget = new Descent(root);
});
