// Building nodes. Nothing in this page ever parses text as HTML.

export const $ = (id) => document.getElementById(id);

export function make(tag, about = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  picture.setAttribute("aria-hidden", "true");
  picture.append(use);
  return picture;
}

export function face(name, id) {
  return { letters: [...name].slice(0, 1).join("") || "?", colour: `c${Math.abs(id) % 6}` };
}

// Makes `nodes` the children of `parent` and moves only what is not yet in its place, so that focus and pictures stay.
export function settle(parent, nodes) {
  nodes.forEach((node, at) => {
    if (parent.children[at] !== node) parent.insertBefore(node, parent.children[at] ?? null);
  });
  while (parent.children.length > nodes.length) parent.lastElementChild.remove();
}

export function openSheet(sheet) {
  if (!sheet.open) sheet.showModal();
}

export function wireSheets() {
  for (const sheet of document.querySelectorAll("dialog")) {
    sheet.addEventListener("click", (event) => {
      if (event.target === sheet || event.target.closest("[data-close]")) sheet.close();
    });
  }
}
