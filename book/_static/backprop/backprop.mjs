/* Loads the widget "backpropagation, step by step" when it comes into view, or when the address says so. */
import { startInView } from "../widgets/in_view.mjs";

startInView(".backprop", async (root) => {
  const { Stepper } = await import("./widget.mjs");
  root.widget = new Stepper(root);
});
