// One message as a bubble, an album as one bubble, and what happened to a group as a line.

import { picture, sized } from "./api.js";
import { icon, make } from "./dom.js";
import { formatted, linkNode } from "./entities.js";
import { locale, t } from "./words.js";

const DOWNLOADABLE = 20 * 1024 * 1024;
const SERVICE = ["new_chat_members", "left_chat_member", "new_chat_title", "migrate_to_chat_id", "migrate_from_chat_id"];

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
  const words = make("div", {}, make("strong", {}, head), ...lines.map((line) => make("div", {}, line)));
  return make("div", { class: "fact" }, icon(name), words);
}

function place(message, actions) {
  const { latitude, longitude, horizontal_accuracy: accuracy, live_period: live } = message.location;
  const lines = [`${latitude.toFixed(5)}, ${longitude.toFixed(5)}`];
  if (accuracy) lines.push(t("accuracy", { n: accuracy }));
  if (live && actions.isMine(message)) {
    const walk = () => actions.move(message.message_id, latitude + 0.001, longitude + 0.001);
    lines.push(make("button", { type: "button", class: "link", text: t("moveOn"), onclick: walk }));
  }
  return fact("place", t(live ? "livePlace" : "place"), ...lines);
}

function file(kind, about) {
  const { file_name: name, file_size: size, duration, file_id: id } = about;
  const head = name ?? t(`${kind}Head`);
  const big = size > DOWNLOADABLE;
  const label = t("download", { name: head });
  const title = big ? head : make("a", { href: picture(id), download: head, "aria-label": label, text: head });
  const lines = [[duration ? t("seconds", { n: duration }) : null, sized(size)].filter(Boolean).join(" · ")];
  if (big) lines.push(t("tooBig"));
  return fact(kind === "document" ? "file" : kind, title, ...lines);
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

export function inShort(message) {
  const kind = ["photo", "location", "contact", "document", "video", "voice"].find((each) => message[each]);
  const words = message.text ?? message.caption ?? "";
  return [kind ? t(kind) : "", words].filter(Boolean).join(" ").slice(0, 80);
}

export function timeOf(date) {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(new Date(date * 1000));
}

export function dayOf(date) {
  const day = new Date(date * 1000);
  if (day.toDateString() === new Date().toDateString()) return t("today");
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(day);
}

export function isService(message) {
  return SERVICE.some((name) => name in message);
}

function happened(message) {
  const name = SERVICE.find((each) => each in message);
  const about = message[name];
  const users = Array.isArray(about) ? about : [about];
  const who = typeof about === "string" ? about : users.map((each) => each.first_name).join(", ");
  return make("div", { class: "day happened", text: t(name, { who }) });
}

function speaker(message, actions) {
  if (!actions.inGroup || actions.isMine(message)) return null;
  return make("div", { class: `speaker i${Math.abs(message.from.id) % 6}`, text: message.from.first_name });
}

function when(message, actions) {
  const words = `${message.edit_date ? `${t("edited")} ` : ""}${timeOf(message.date)}`;
  const answer = make("button", { type: "button", class: "reply", text: t("reply"), onclick: () => actions.reply(message) });
  return make("div", { class: "when" }, actions.inGroup ? answer : null, make("span", { text: words }));
}

// `messages` is one message, or those of one album.
export function messageNode(messages, actions) {
  const [message] = messages;
  if (isService(message)) return happened(message);
  const mine = actions.isMine(message);
  const words = message.text ?? message.caption;
  const entities = message.entities ?? message.caption_entities;
  const photos = messages.filter((each) => each.photo);
  const wide = photos.length > 1 ? { class: "album", role: "group", "aria-label": t("album", { n: photos.length }) } : {};
  const bubble = make(
    "div",
    { class: "bubble" },
    make("span", { class: "unseen", text: `${mine ? t("you") : message.from.is_bot ? t("bot") : message.from.first_name}: ` }),
    speaker(message, actions),
    message.reply_to_message ? make("div", { class: "quote", text: inShort(message.reply_to_message) }) : null,
    photos.length ? make("div", wide, ...photos.map((each) => photo(each, actions))) : null,
    message.location ? place(message, actions) : null,
    message.contact ? fact("card", message.contact.first_name, message.contact.phone_number) : null,
    ...messages.flatMap((each) => ["document", "video", "voice"].filter((kind) => each[kind]).map((kind) => file(kind, each[kind]))),
    words ? make("div", { class: "words" }, ...formatted(words, entities, actions)) : null,
    when(message, actions),
  );
  const about = { class: `message ${mine ? "mine" : "theirs"}${photos.length ? " with-photo" : ""}` };
  return make("article", { ...about, "data-id": message.message_id }, bubble, inlineKeys(message, actions));
}
