// Small builders for what a screen is made of. Text is only ever text: nothing here takes markup.

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = {
  go: ["M24 3a21 21 0 1 0 0 42 21 21 0 0 0 0-42z", "M13 25l8 8 15-17"],
  check: ["M24 3l21 21-21 21L3 24z", "M24 13v14", "M24 33.5v.5"],
  no: ["M15.3 3h17.4L45 15.3v17.4L32.7 45H15.3L3 32.7V15.3z", "M16 16l16 16", "M32 16L16 32"],
  known: ["M6 6h36v36H6z", "M14 19h20", "M14 29h20"],
};

// An element: `attributes` are set as they are, `on` holds its listeners; children are elements, texts, or nothing.
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") for (const [event, heard] of Object.entries(value)) made.addEventListener(event, heard);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export function button(text, press, attributes = {}) {
  return el("button", { type: "button", ...attributes, on: { click: press } }, text);
}

// The shape of a verdict, so that nobody needs to see its colour.
export function shape(word) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 48 48");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", "shape");
  SHAPES[word].forEach((way, index) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", way);
    path.setAttribute("class", index ? "stroke" : "body");
    drawing.append(path);
  });
  return drawing;
}

// A field with its label; `hint` stands between them.
export function field(label, input, hint = "") {
  return el("label", { class: "field" }, el("span", {}, label), hint ? el("small", {}, hint) : null, input);
}

export function page(title, ...children) {
  return el("main", { class: "page" }, el("h1", { tabindex: "-1" }, title), ...children);
}

// A choice of one: buttons side by side, the chosen one pressed.
export function segments(label, choices, chosen, choose) {
  const row = el("div", { class: choices.length > 3 ? "segments two" : "segments", role: "group", "aria-label": label });
  const mark = (value) => {
    for (const one of row.children) one.setAttribute("aria-pressed", String(one.dataset.value === value));
  };
  for (const [value, text] of choices) {
    row.append(button(text, () => { mark(value); choose(value); }, { "data-value": value }));
  }
  mark(chosen);
  return row;
}

// A file from this phone.
export function picked(accept, take, attributes = {}) {
  const input = el("input", { type: "file", accept, class: "hidden-file", tabindex: "-1", "aria-hidden": "true", ...attributes });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = "";
    if (file) await take(file);
  });
  return input;
}
