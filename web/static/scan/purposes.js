// The purpose first, and the place: then scan after scan.

import { button, el, field, page, segments } from "./dom.js";
import { PURPOSES } from "./judging.js";
import { OFFICE } from "./office.js";
import { recentScreen, refusedScreen } from "./recent.js";
import { scanScreen } from "./scanning.js";
import { wardenScreen } from "./warden.js";
import { say } from "./words.js";

const LONGEST_NOTE = 120;

export function homeScreen(app) {
  const { told, roster } = app;
  const purposes = told.purposes.filter((purpose) => purpose in PURPOSES);
  const choices = purposes.map((purpose) => button(say(`purpose_${purpose}`), () => pick(app, purpose), { class: "purpose", "data-purpose": purpose }));
  const element = page(say("home_title"),
    el("p", { class: "lead" }, say("enrolled_for", { official: told.official })),
    installHint(app), drillChoice(app),
    el("div", { class: "purposes" }, choices),
    roster.given ? button(say("warden"), () => app.show(wardenScreen), { class: "wide", id: "warden" }) : null,
    button(say("recent"), () => app.show(recentScreen), { class: "wide", id: "recent" }),
    el("div", { id: "refused-place" }));
  app.outbox.refused().then((refused) => {
    if (refused.length) {
      const press = button(say("not_taken", { n: refused.length }), () => app.show(refusedScreen), { class: "wide alarm", id: "refused" });
      element.querySelector("#refused-place").append(press);
    }
  });
  return element;
}

// Real or drill, where both may be meant: an order of each kind is in force, or none is.
function drillChoice(app) {
  if (OFFICE.drillOnly || app.told.drill) return null;
  const drills = app.told.orders.filter((order) => order.drill).length;
  if (drills === 0) {
    if (app.choice && app.choice.drill) app.choose({ drill: false });
    return null;
  }
  const only = drills === app.told.orders.length;
  const chosen = app.choice && typeof app.choice.drill === "boolean" ? app.choice.drill : only;
  if (!app.choice || app.choice.drill !== chosen) app.choose({ drill: chosen });
  const both = [["real", say("real")], ["drill", say("drill")]];
  return segments(say("real_or_drill"), both, chosen ? "drill" : "real", (value) => app.choose({ drill: value === "drill" }));
}

function installHint(app) {
  const standing = window.matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
  if (app.fresh !== "install" || standing) return null;
  const card = el("section", { class: "card", id: "install" }, el("h2", {}, say("install_title")), el("p", {}, say("install_lead")));
  card.append(button(say("understood"), () => { app.fresh = null; card.remove(); }, { class: "plain" }));
  return card;
}

function placesFor(app, purpose) {
  return app.told.places.filter((place) => PURPOSES[purpose].places.includes(place.kind));
}

async function pick(app, purpose) {
  const places = placesFor(app, purpose);
  const { placed, note } = PURPOSES[purpose];
  await app.choose({ purpose, place: null, note: "", way: PURPOSES[purpose].ways ? "in" : null });
  if (note) return app.show(noteScreen);
  if (places.length > 1 || (places.length === 0 && placed) || (places.length === 1 && !placed)) return app.show(placeScreen);
  if (places.length === 1) await app.choose({ place: places[0].id });
  return app.show(scanScreen);
}

export function placeScreen(app) {
  const { purpose } = app.choice;
  const go = async (place) => {
    await app.choose({ place });
    app.show(scanScreen);
  };
  const places = placesFor(app, purpose).map((place) => button(place.name, () => go(place.id), { class: "wide", "data-place": place.id }));
  const without = PURPOSES[purpose].placed ? null : button(say("no_place"), () => go(null), { class: "wide quiet", id: "no-place" });
  const none = places.length === 0 && PURPOSES[purpose].placed ? el("p", { class: "error" }, say("no_places")) : null;
  return page(say("where_title"), el("p", { class: "lead" }, say(`purpose_${purpose}`)), none, places, without, back(app));
}

// Where people go who stay with relatives: a few words, asked before the scan.
export function noteScreen(app, next = () => app.show(scanScreen)) {
  const note = el("input", { id: "note", maxlength: String(LONGEST_NOTE), autocomplete: "off", value: app.choice.note || "" });
  const said = el("p", { class: "error", role: "alert" });
  const go = async (event) => {
    event.preventDefault();
    if (!note.value.trim()) {
      said.textContent = say("note_needed");
      return;
    }
    await app.choose({ note: note.value.trim() });
    next();
  };
  const form = el("form", { novalidate: true, on: { submit: go } }, field(say("note"), note, say("note_hint")), said,
    el("button", { class: "main", id: "note-go" }, say("go_on")));
  return page(say("purpose_to_relatives"), form, back(app));
}

export function back(app, text = say("back")) {
  return button(text, () => app.show(homeScreen), { class: "plain", id: "back" });
}
