/* The start of a descent: a button that is dragged over its canvas or moved by the arrow keys. */

/** Let a button be dragged over its canvas and moved by the arrow keys; `move` gets shares of the picture. */
export function draggable(handle, canvas, move, done) {
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
    handle.focus();
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    move((event.clientX - left) / width, (event.clientY - top) / height);
  });
  handle.addEventListener("lostpointercapture", done);
  canvas.addEventListener("click", (event) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    move((event.clientX - left) / width, (event.clientY - top) / height);
    done();
  });
}

/** Return how far an arrow key moves, in steps to the right and upward; null for other keys. */
export function arrow(event) {
  const far = event.shiftKey ? 10 : 1;
  const move = { ArrowRight: [far, 0], ArrowLeft: [-far, 0], ArrowUp: [0, far], ArrowDown: [0, -far] }[event.key];
  if (move) event.preventDefault();
  return move ?? null;
}
