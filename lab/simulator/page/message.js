// One message as a bubble.

import { picture } from "./api.js";
import { icon, make } from "./dom.js";
import { formatted, linkNode } from "./entities.js";
import { locale, t } from "./words.js";

function photo(message, actions) {
  const size = message.photo[message.photo.length - 1];
  const image = make("img", {
    src: picture(size.file_id),
    width: size.width,
    height: size.height,
    alt: message.caption || t("picture"),
    loading: "lazy",
  });
  return make("button", { type: "button", class: "photo", onclick: () => actions.view(size, message.caption) }, image);
}

function fact(name, head, ...lines) {
  const words = make("div", {}, make("strong", { text: head }), ...lines.map((line) => make("div", { text: line })));
  return make("div", { class: "fact" }, icon(name), words);
}

function place({ latitude, longitude, horizontal_accuracy: accuracy }) {
  const lines = [`${latitude.toFixed(5)}, ${longitude.toFixed(5)}`];
  if (accuracy) lines.push(t("accuracy", { n: accuracy }));
  return fact("place", t("place"), ...lines);
}

function inlineKeys(message, actions) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  const nodes = rows.map((row, y) => {
    const keys = row.map((button, x) => {
      if (button.url) return make("span", { class: "key-link" }, linkNode(button.url, [button.text], actions));
      const key = make("button", { type: "button", class: "key", text: button.text });
      key.addEventListener("click", () => actions.press(message.message_id, y, x, key));
      return key;
    });
    return make("div", { class: "key-row" }, ...keys);
  });
  return make("div", { class: "inline-keys" }, ...nodes);
}

function quote(message) {
  const words = message.text ?? message.caption ?? t("picture");
  return make("div", { class: "quote", text: words.slice(0, 80) });
}

export function timeOf(date) {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(new Date(date * 1000));
}

export function dayOf(date) {
  const day = new Date(date * 1000);
  if (day.toDateString() === new Date().toDateString()) return t("today");
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(day);
}

export function messageNode(message, actions) {
  const mine = !message.from.is_bot;
  const words = message.text ?? message.caption;
  const entities = message.entities ?? message.caption_entities;
  const bubble = make(
    "div",
    { class: "bubble" },
    make("span", { class: "unseen", text: `${mine ? t("you") : t("bot")}: ` }),
    message.reply_to_message ? quote(message.reply_to_message) : null,
    message.photo ? photo(message, actions) : null,
    message.location ? place(message.location) : null,
    message.contact ? fact("card", message.contact.first_name, message.contact.phone_number) : null,
    message.document ? fact("file", message.document.file_name, `${message.document.file_size} B`) : null,
    words ? make("div", { class: "words" }, ...formatted(words, entities, actions)) : null,
    make("div", { class: "when", text: `${message.edit_date ? `${t("edited")} ` : ""}${timeOf(message.date)}` }),
  );
  const about = { class: `message ${mine ? "mine" : "theirs"}${message.photo ? " with-photo" : ""}` };
  const node = make("article", { ...about, "data-id": message.message_id }, bubble, inlineKeys(message, actions));
  return node;
}
