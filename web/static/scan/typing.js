// Without a camera: the short code under the QR, and with a network also an ID number or a phone.

import { button, el, field, page } from "./dom.js";
import { Refused, Unreached } from "./line.js";
import { PURPOSES } from "./judging.js";
import { scanScreen } from "./scanning.js";
import { grouped, normalise, valid } from "./shortcode.js";
import { Taking } from "./taking.js";
import { walkInScreen } from "./walkin.js";
import { say } from "./words.js";

export function typeScreen(app) {
  const taking = new Taking(app);
  const typed = el("input", { id: "typed", class: "typed", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: "64" });
  const said = el("p", { class: "error", role: "alert" });
  const names = el("div", { class: "found" });
  const go = async (event) => {
    event.preventDefault();
    said.textContent = "";
    press.disabled = true;
    try {
      said.textContent = (await look(app, taking, typed.value)) || "";
      if (!said.textContent && document.body.dataset.screen === "typeScreen") {
        typed.value = "";
        typed.focus();
      }
    } finally {
      press.disabled = false;
    }
  };
  const press = el("button", { class: "main", id: "typed-go" }, say("look_up"));
  const suggest = () => names.replaceChildren(...matches(app, typed.value).map(({ member, household }) => button(`${member.name} ${member.phone || ""}`,
    () => taking.person({ person: member.person, name: member.name, household: null, card: household.card }), { class: "wide" })));
  typed.addEventListener("input", suggest);
  const passes = PURPOSES[app.choice.purpose].passes;
  return page(say("type_title"),
    el("form", { novalidate: true, on: { submit: go } }, field(say("typed"), typed, say("typed_hint")), said, press), names,
    passes ? null : button(say("walk_in"), () => app.show(walkInScreen), { class: "wide", id: "walk-in" }),
    button(say("to_camera"), () => app.show(scanScreen), { class: "plain", id: "back" }));
}

// Looks up what was typed. Gives a sentence when it came to nothing.
async function look(app, taking, text) {
  const short = normalise(text);
  if (short !== null) {
    if (!valid(short)) return say("reason_short_code_wrong");
    await taking.short(short, await quietly(app, short));
    return null;
  }
  const number = text.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();
  if (!/^\+?\d{7,18}X?$/.test(number)) return say("typed_wrong");
  try {
    const found = await find(app, number);
    if (found.person === null) return say("found_nobody");
    await taking.person(found);
    return null;
  } catch (failed) {
    if (failed instanceof Unreached) return say("find_needs_network");
    if (failed instanceof Refused) return failed.text || say("no_answer");
    throw failed;
  }
}

async function find(app, q) {
  const told = await app.line.post("/api/v1/devices/find", { q, place: app.choice.place || null, purpose: app.choice.purpose });
  return { person: told.person, name: told.name, reason: told.reason };
}

// Whose short code this is, as far as somebody can say at the moment; offline it stays open.
async function quietly(app, short) {
  if (app.status.online === false) return null;
  try {
    return await find(app, grouped(short));
  } catch (failed) {
    if (failed instanceof Unreached || failed instanceof Refused) return null;
    throw failed;
  }
}

// Names of the list on this phone that begin as typed.
function matches(app, text) {
  const { open } = app.roster;
  const wanted = text.trim();
  if (open === null || wanted.length < 1 || /^[0-9A-Za-z]/.test(wanted)) return [];
  return [...open.byPerson.values()].filter(({ member }) => member.name.includes(wanted)).slice(0, 8);
}
