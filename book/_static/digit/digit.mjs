/* Loads the drawing field, and the network it asks, when it comes into view. */
import { startInView } from "../widgets/in_view.mjs";

startInView(".digit", async (root) => {
  const { DigitField } = await import("./widget.mjs");
  root.field = new DigitField(root);
});
