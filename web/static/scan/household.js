// Who of the household is here: by name where this phone holds the list, else by the numbers printed on the card.

import { button, el } from "./dom.js";
import { isSafe } from "./roster.js";
import { say } from "./words.js";

const MOST = 12;

// Resolves with the numbers chosen, or null when it was left.
export function householdSheet(household) {
  return new Promise((resolve) => {
    const [place, screen] = [document.getElementById("face"), document.getElementById("screen")];
    const chosen = new Set();
    const close = (answer) => {
      watch.disconnect();
      if (place.firstChild === sheet) place.replaceChildren();
      screen.inert = false;
      resolve(answer);
    };
    const done = button("", () => close([...chosen].sort((a, b) => a - b)), { class: "main", id: "household-done", disabled: true });
    const mark = () => {
      done.disabled = chosen.size === 0;
      done.textContent = say("household_done", { n: chosen.size });
    };
    const toggles = choices(household).map(({ number, text, note }) => {
      const one = button(text, () => {
        if (!chosen.delete(number)) chosen.add(number);
        one.setAttribute("aria-pressed", String(chosen.has(number)));
        mark();
      }, { class: household ? "member" : "number", "aria-pressed": "false", "data-number": number });
      if (note) one.append(el("small", {}, note));
      return one;
    });
    const everybody = household ? button(say("everybody"), () => {
      for (const one of toggles) if (one.getAttribute("aria-pressed") === "false") one.click();
    }, { class: "plain", id: "everybody" }) : null;
    const sheet = el("section", { class: "sheet", role: "dialog", "aria-modal": "true", "aria-labelledby": "sheet-title" },
      el("h2", { id: "sheet-title", tabindex: "-1" }, say("household_title")), el("p", {}, say(household ? "household_names" : "household_numbers")),
      el("div", { class: household ? "members" : "numbers" }, toggles), everybody,
      el("div", { class: "thumb" }, done, button(say("cancel"), () => close(null), { class: "main quiet" })));
    const watch = new MutationObserver(() => sheet.isConnected || close(null));
    mark();
    screen.inert = true;
    place.replaceChildren(sheet);
    watch.observe(place, { childList: true });
    sheet.querySelector("h2").focus();
  });
}

function choices(household) {
  if (household === null || household === undefined) return Array.from({ length: MOST }, (_, at) => ({ number: at + 1, text: String(at + 1) }));
  return household.members.filter((one) => one.number > 0).map((one) => ({
    number: one.number, text: `${one.number} ${one.name}`, note: isSafe(one) ? say("safe_already") : "",
  }));
}
