/* Settings of a widget as text in the address, #widget?name=value&…, every one of them checked. */

export const oneOf = (choices) => ({
  read: (text) => (Object.hasOwn(choices, text) ? text : undefined),
  want: `one of ${Object.keys(choices).join(", ")}`,
});
const isWritten = (text) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
export const number = (low, high) => ({
  read: (text) => (isWritten(text) && Number(text) >= low && Number(text) <= high ? Number(text) : undefined),
  want: `a number from ${low} to ${high}`,
});
export const integer = (low, high) => ({
  read: (text) => (/^\d{1,9}$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : undefined),
  want: `a whole number from ${low} to ${high}`,
});
export const list = (item, low, high, want) => ({
  read: (text) => {
    const items = text === "" ? [] : text.split(",").map(item.read);
    const isGood = items.length >= low && items.length <= high && !items.includes(undefined);
    return isGood && (item.mayRepeat || new Set(items).size === items.length) ? items : undefined;
  },
  want,
});

/** Return the settings that a text such as "data=xor&rate=0.3" holds, and what is wrong with it.
 *
 * `known` has for each setting its usual value, how it is read, and what it is called in messages.
 */
export function readKnown(known, text) {
  const settings = {}, problems = [];
  for (const [name, [value]] of Object.entries(known)) settings[name] = Array.isArray(value) ? [...value] : value;
  for (const [name, value] of new URLSearchParams(text.slice(0, 2000))) {
    const said = `${name.slice(0, 20)}=${value.slice(0, 30)}`;
    if (!Object.hasOwn(known, name)) {
      problems.push(`there is no setting “${said}”`);
      continue;
    }
    const [usual, { read, want }] = known[name];
    const good = read(value);
    if (good === undefined) problems.push(`“${said}” should be ${want}; it is ${usual ?? "as usual"} here`);
    else settings[name] = good;
  }
  return { settings, problems };
}

/** Return the text that holds all settings which are not the usual ones. */
export function writeKnown(known, settings, usual = {}) {
  const parts = [];
  for (const [name, [value]] of Object.entries(known)) {
    if (String(settings[name]) !== String(usual[name] ?? value)) parts.push(`${name}=${settings[name]}`);
  }
  return parts.join("&");
}

/** Return the text of a widget's settings: from the address if it names the widget, else from the page. */
export function addressed(root) {
  const id = `#${root.id}?`;
  if (!location.hash.startsWith(id)) return root.dataset.settings ?? "";
  root.scrollIntoView();
  return location.hash.slice(id.length);
}

/** Return an address that leads to a widget with these settings. */
export const addressOf = (root, text) => `${location.href.split("#")[0]}#${root.id}?${text}`;
