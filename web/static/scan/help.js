// What the words mean and what can be scanned twice, in short; the whole of it stands in docs/manual.md.

import { button, el, page, shape } from "./dom.js";
import { menuScreen } from "./menu.js";
import { say } from "./words.js";

const WORDS = ["go", "check", "no", "known"];
const TWICE = ["card", "relief", "pass", "withdrawn", "photo", "blank", "file"];

export function helpScreen(app) {
  const words = WORDS.map((word) => el("li", { class: `help-word ${word}` }, shape(word), el("div", {}, el("strong", {}, say(`word_${word}`)), el("p", {}, say(`help_${word}`)))));
  const twice = TWICE.map((one) => el("div", {}, el("dt", {}, say(`help_${one}`)), el("dd", {}, say(`help_${one}_said`))));
  return page(say("help"),
    el("h2", {}, say("help_words")), el("ul", { class: "help-words" }, words),
    el("h2", {}, say("help_offline")), el("p", {}, say("help_offline_said")), el("p", {}, say("help_battery")),
    el("h2", {}, say("help_twice")), el("p", {}, say("help_twice_lead")), el("dl", { class: "facts told" }, twice),
    button(say("back"), () => app.show(menuScreen), { class: "plain", id: "back" }));
}
