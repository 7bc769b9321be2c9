/* Loads the drawing field, and the network it asks, when it comes into view. */
import { startInView, styled } from "../widgets/in_view.mjs";

startInView(".digit", async (root) => {
  const look = ["digit.css"].map((file) => styled(new URL(file, import.meta.url)));
  const [{ DigitField }] = await Promise.all([import("./widget.mjs"), ...look]);
  root.field = new DigitField(root);
});
