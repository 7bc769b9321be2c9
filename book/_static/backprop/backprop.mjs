/* Loads the widget "backpropagation, step by step" when it comes into view, or when the address says so. */
import { startInView, styled } from "../widgets/in_view.mjs";

startInView(".backprop", async (root) => {
  const look = ["../widgets/widgets.css", "backprop.css"].map((file) => styled(new URL(file, import.meta.url)));
  const [{ Stepper }] = await Promise.all([import("./widget.mjs"), ...look]);
  root.widget = new Stepper(root);
});
