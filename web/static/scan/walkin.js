// Somebody who is on no list and has no card: with a name where one may be written down, else as a number of people.

import { button, el, field, page } from "./dom.js";
import { Refused, Unreached } from "./line.js";
import { scanScreen } from "./scanning.js";
import { normalise, valid } from "./shortcode.js";
import { Taking } from "./taking.js";
import { clockTime, say } from "./words.js";

const MOST = 99;

// A name is kept only where the list is; else it goes straight to the office and is written down nowhere on this phone.
export function walkInScreen(app) {
  const stored = app.roster.given;
  const named = stored || app.status.online === true;
  const name = el("input", { id: "walk-in-name", maxlength: "60", autocomplete: "off" });
  const count = el("input", { id: "walk-in-count", type: "number", inputmode: "numeric", min: "1", max: String(MOST), value: "1" });
  const card = el("input", { id: "walk-in-card", maxlength: "20", autocomplete: "off", autocapitalize: "characters" });
  const said = el("p", { class: "error", role: "alert" });
  const tried = new Map();
  const press = el("button", { class: "main", id: "walk-in-go" }, say("record"));
  const go = async (event) => {
    event.preventDefault();
    said.textContent = "";
    press.disabled = true;
    said.textContent = (await (named ? byName(app, name.value.trim(), { stored, tried, card: card.value.trim() }) : byCount(app, Number(count.value)))) || "";
    press.disabled = false;
    if (!said.textContent) app.show(scanScreen);
  };
  const given = named ? field(say("card_given"), card, say("card_given_hint")) : null;
  const asked = named ? field(say("name"), name, say(stored ? "name_hint" : "name_hint_online")) : field(say("how_many"), count, say("how_many_hint"));
  return page(say("walk_in"), el("p", {}, say("blank_card_hint")), el("form", { novalidate: true, on: { submit: go } }, asked, given, said, press),
    button(say("to_camera"), () => app.show(scanScreen), { class: "plain", id: "back" }));
}

// With the short code of a blank card that was handed over, the card is theirs from now on.
async function byName(app, name, { stored, tried, card }) {
  if (!name) return say("name_needed");
  const text = card ? normalise(card) : null;
  if (card && !(text && valid(text))) return say("reason_short_code_wrong");
  const same = `${name}|${text}`;
  const item = tried.get(same) || new Taking(app).item({ verdict: "go", reason: "walk_in", via: "name", text, walk_in: { name }, confirmed: true });
  if (stored) {
    await new Taking(app).keep(item, null, null, []);
    app.toast(say("recorded_at", { time: clockTime(item.at) }));
    return null;
  }
  if (item.seq === undefined) item.seq = await app.outbox.turn();
  tried.set(same, item);
  return straight(app, item);
}

// Sent at once, and to the letter the same if the button is pressed again: the office may have it, and only its answer was lost.
async function straight(app, item) {
  try {
    const { body, signature } = await app.outbox.signed([item], app.identity, { exported: false });
    const { items } = await app.line.send("/api/v1/scans", body, signature);
    const answer = Array.isArray(items) ? items.find(({ key }) => key === item.key) : null;
    if (!answer) throw new Unreached("nothing answered");
    if (answer.answer === "rejected" || answer.answer === "conflict") return answer.text;
    app.toast(say("recorded_at", { time: clockTime(item.at) }));
    return null;
  } catch (failed) {
    if (failed instanceof Unreached) return say("name_needs_network");
    if (failed instanceof Refused) return failed.text || say("no_answer");
    throw failed;
  }
}

async function byCount(app, count) {
  if (!Number.isInteger(count) || count < 1 || count > MOST) return say("how_many_wrong", { most: MOST });
  const item = new Taking(app).item({ verdict: "go", reason: "walk_in", via: "paper", count, confirmed: true });
  await new Taking(app).keep(item, null, null, []);
  app.toast(say("recorded_at", { time: clockTime(item.at) }));
  return null;
}
