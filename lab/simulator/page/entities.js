// Text and Telegram's entities as nodes. Offsets are UTF-16 units, which is how JavaScript counts too.

import { make } from "./dom.js";
import { leadsTo } from "./links.js";
import { t } from "./words.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

export function linkNode(address, children, actions) {
  const target = leadsTo(address);
  if (target.start) {
    return make("button", { type: "button", class: "link", onclick: () => actions.start(target.start) }, ...children);
  }
  if (target.startgroup !== undefined) {
    const tap = () => actions.startGroup(target.startgroup);
    return make("button", { type: "button", class: "link", onclick: tap }, ...children);
  }
  if (target.page) {
    return make("a", { href: target.page, target: "_blank", rel: "noopener noreferrer" }, ...children);
  }
  return make("span", { class: "outside", title: `${address}\n${t("outside")}` }, ...children);
}

function wrap(entity, words, children, actions) {
  if (entity.type in TAGS) return make(TAGS[entity.type], {}, ...children);
  if (entity.type === "text_link") return linkNode(entity.url, children, actions);
  if (entity.type === "url") return linkNode(words, children, actions);
  if (entity.type === "bot_command") {
    return make("button", { type: "button", class: "link", onclick: () => actions.say(words) }, ...children);
  }
  if (entity.type === "spoiler") {
    const cover = make("span", { class: "spoiler", tabindex: "0", role: "button" }, ...children);
    const show = () => cover.classList.add("shown");
    cover.addEventListener("click", show);
    cover.addEventListener("keydown", (event) => event.key === "Enter" && show());
    return cover;
  }
  return make("span", { class: "mark" }, ...children);
}

export function formatted(text, entities, actions) {
  const ordered = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  let next = 0;
  const between = (from, to) => {
    const nodes = [];
    let at = from;
    while (next < ordered.length && ordered[next].offset < to) {
      const entity = ordered[next];
      next += 1;
      const end = Math.min(entity.offset + entity.length, to);
      if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
      nodes.push(wrap(entity, text.slice(entity.offset, end), between(Math.max(entity.offset, at), end), actions));
      at = end;
    }
    if (at < to) nodes.push(text.slice(at, to));
    return nodes;
  };
  return between(0, text.length);
}
