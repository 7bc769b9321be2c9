// In the head, before the first paint: the reader's theme, or the system's.
{
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let mode = "auto";
  try { mode = localStorage.getItem("mode") || "auto"; } catch { /* storage is forbidden */ }
  const show = () => {
    root.dataset.mode = mode;
    root.dataset.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode;
  };
  dark.addEventListener("change", show);
  window.nextTheme = () => {
    const order = dark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    mode = order[(order.indexOf(mode) + 1) % 3];
    try { localStorage.setItem("mode", mode); } catch { /* it lasts for this page */ }
    show();
    return mode;
  };
  show();
  if (location.protocol === "file:") root.classList.add("still"); // there browsers run no modules: pictures stay
}
