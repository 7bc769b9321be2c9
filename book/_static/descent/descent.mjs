/* Loads the widget "gradient descent" when it comes into view, or when the address says so. */
import { startInView } from "../widgets/in_view.mjs";

startInView(".descent", async (root) => {
  const { Descent } = await import("./widget.mjs");
  root.widget = new Descent(root);
});
