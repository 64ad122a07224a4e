// The verdict over the whole screen: colour, shape, one word, one sentence, a sound, a buzz.

import { button, el, shape } from "./dom.js";
import { signal } from "./signals.js";
import { say, sayOr } from "./words.js";

const QUICK = 1500;

// Shows it and resolves with the answer that was pressed: one of `answers`, or "ok". `quick` goes on by itself; `closes` adds the button that leaves.
export function face(app, { word, reason, fields, answers, name = null, quick = false, closes = true }) {
  return new Promise((resolve) => {
    const [place, screen] = [document.getElementById("face"), document.getElementById("screen")];
    const close = (answer) => {
      clearTimeout(timer);
      watch.disconnect();
      document.removeEventListener("keydown", escape);
      if (place.firstChild === shown) place.replaceChildren();
      if (app.shift.isOpen) screen.inert = false;
      resolve(answer);
    };
    const escape = (event) => event.key === "Escape" && close("ok");
    const presses = answers.map(([answer, text]) => button(text, () => close(answer), { class: "answer", "data-answer": answer }));
    const last = closes && button(say(answers.length && word === "check" ? "cancel" : "next_person"), () => close("ok"), { class: "answer plain", "data-answer": "ok" });
    const shown = el("section", {
      class: `face ${word}`, role: "alertdialog", "aria-modal": "true", "aria-labelledby": "face-word", "aria-describedby": "face-reason", "data-word": word,
      "data-reason": reason,
    },
    app.drill ? el("p", { class: "face-drill" }, say("drill")) : null,
    el("div", { class: "face-said" }, shape(word), el("h2", { id: "face-word" }, say(`word_${word}`)),
      name ? el("p", { class: "face-name" }, name) : null, el("p", { id: "face-reason" }, sayOr(`reason_${reason}`, "reason_other", fields))),
    el("div", { class: "face-answers" }, presses, last));
    if (answers.length === 0) shown.addEventListener("click", () => close("ok"));
    // Whoever takes the screen away (the lock) leaves the question unanswered.
    const watch = new MutationObserver(() => shown.isConnected || close(null));
    screen.inert = true;
    place.replaceChildren(shown);
    watch.observe(place, { childList: true });
    document.addEventListener("keydown", escape);
    (presses[0] || last).focus();
    signal(word);
    const timer = quick ? setTimeout(() => close("ok"), QUICK) : null;
  });
}
