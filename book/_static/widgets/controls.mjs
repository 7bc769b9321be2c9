/* Controls of widgets: choices, and numbers to type or to slide. */
import { element } from "./elements.mjs";

/** A labeled choice. */
export function choice(id, label, options, onchange) {
  const select = element("select", { id, onchange: () => onchange(select.value) });
  for (const [value, text] of options) select.append(element("option", { value }, text));
  return { node: element("div", { class: "widget-choice" }, element("label", { for: id }, label), select), show: (value) => { select.value = value; } };
}

/** A field for a number from `least` to `most`, and, between `low` and `high`, a slider; on a logarithmic one if `isLog`. */
export function dial(id, label, { low, high, least = low, most = high, isLog = false, step, digits = 2, onchange, onproblem }) {
  const to = isLog ? Math.log10 : Number, from = isLog ? (x) => 10 ** x : Number;
  const take = (value) => {
    show(value);
    onchange(value);
  };
  const field = element("input", { type: "number", id, onchange: () => {
    const value = Number(field.value);
    if (field.value === "" || !(value >= least && value <= most)) onproblem(`the ${label[0].toLowerCase()}${label.slice(1)} must be a number from ${least} to ${most}`);
    else take(value);
  } });
  const slider = step && element("input", { type: "range", min: to(low), max: to(high), step, "aria-label": label, oninput: () => {
    take(Number(from(Number(slider.value)).toPrecision(digits)));
  } });
  const show = (value) => {
    field.value = value;
    field.step = slider && !isLog ? step : 10 ** (Math.floor(Math.log10(Math.abs(value) || 1)) - 1); // of its arrow keys
    if (!slider) return;
    slider.value = to(value);
    slider.setAttribute("aria-valuetext", value);
  };
  return { node: element("div", { class: "widget-dial" }, element("label", { for: id }, label), field, ...(slider ? [slider] : [])), show };
}
