// The last scans of this phone, each of which can be taken back; and what the office did not take.

import { button, el, page, shape } from "./dom.js";
import { homeScreen } from "./purposes.js";
import { scanScreen } from "./scanning.js";
import { takeBack } from "./undo.js";
import { clockSecond, dayAndTime, say, sayOr } from "./words.js";

const SHOWN = 20;

export function recentScreen(app) {
  const list = el("ul", { class: "events", id: "events" });
  const backTo = () => app.show(app.choice && app.choice.purpose ? scanScreen : homeScreen);
  const fill = async () => {
    const all = await app.outbox.recent();
    const undone = new Set(all.map((one) => one.annuls).filter(Boolean));
    const rows = all.filter((one) => one.what !== "undo").slice(0, SHOWN).map((one) => row(app, one, undone.has(one.key), fill));
    list.replaceChildren(...(rows.length ? rows : [el("li", { class: "empty" }, say("recent_none"))]));
  };
  fill();
  return page(say("recent"), list, button(say("back"), backTo, { class: "plain", id: "back" }));
}

function row(app, one, undone, refill) {
  const said = undone ? say("taken_back") : one.what === "tick" ? say("ticked") : say(`word_${one.verdict}`);
  const undo = async () => {
    await takeBack(app, one);
    app.toast(say("taken_back"));
    await refill();
  };
  return el("li", { class: undone ? "undone" : "", "data-verdict": one.verdict }, shape(one.verdict),
    el("div", {}, el("strong", {}, `${clockSecond(one.at)} ${said}`), el("small", {}, sayOr(`purpose_${one.purpose}`, "warden"))),
    undone || one.verdict === "no" ? null : button(say("take_back"), undo, { class: "small-button", "data-undo": one.key, "aria-label": `${say("take_back")} ${clockSecond(one.at)}` }));
}

export function refusedScreen(app) {
  const list = el("ul", { class: "events", id: "not-taken" });
  const fill = async () => {
    const all = await app.outbox.refused();
    list.replaceChildren(...all.map((one) => el("li", { class: "not-taken" }, shape("no"),
      el("div", {}, el("strong", {}, dayAndTime(one.at)), el("p", {}, one.text || say("reason_other"))),
      button(say("seen"), async () => { await app.outbox.forget(one.key); await fill(); app.status.refresh(); }, { class: "small-button" }))));
    if (all.length === 0) list.append(el("li", { class: "empty" }, say("not_taken_none")));
  };
  fill();
  return page(say("not_taken_title"), el("p", {}, say("not_taken_lead")), list, button(say("back"), () => app.show(homeScreen), { class: "plain", id: "back" }));
}
