// The warden's households on this phone, with no network: who is safe, who is not yet, and ticks for those whom somebody saw, spoke to or heard of.

import { button, el, field, page, segments } from "./dom.js";
import { homeScreen } from "./purposes.js";
import { SAFE } from "./roster.js";
import { Taking } from "./taking.js";
import { clockTime, dayAndTime, say, sayOr } from "./words.js";

const STANDINGS = ["safe_elsewhere", "with_relatives", "not_present", "need_help"];

export function wardenScreen(app) {
  const { open } = app.roster;
  const leave = button(say("back"), () => app.show(homeScreen), { class: "plain", id: "back" });
  if (open === null) return page(say("warden"), el("p", {}, say("list_not_here")), leave);
  const members = open.list.households.flatMap((household) => household.members).filter((one) => one.listed !== false);
  const waiting = members.filter((one) => !SAFE.includes(one.standing));
  const households = [...open.list.households].sort((one, other) => unsafe(other) - unsafe(one));
  return page(say("warden"),
    el("p", { class: "lead" }, say("list_counts", { left: waiting.length, all: members.length })),
    el("p", { class: "hint" }, say("list_made", { time: dayAndTime(open.list.made) })),
    el("div", { class: "households", id: "households" }, households.map((household) => card(app, household))), leave);
}

function unsafe(household) {
  return household.members.filter((one) => !SAFE.includes(one.standing)).length;
}

function card(app, household) {
  return el("section", { class: "household" }, household.members.map((member) => {
    const safe = SAFE.includes(member.standing);
    return button([
      el("span", { class: "number" }, member.number ? String(member.number) : "\u00b7"),
      el("span", { class: "who" }, el("strong", {}, member.name), el("small", {}, member.phone || "")),
      el("span", { class: safe ? "standing safe" : "standing waiting" }, sayOr(`standing_${member.standing}`, "standing_waiting")),
    ], () => app.show(tickScreen, member), { class: "member-row", "data-person": member.person });
  }));
}

export function tickScreen(app, member) {
  const ticked = { standing: "safe_elsewhere", means: null };
  const note = el("input", { id: "tick-note", maxlength: "120", autocomplete: "off" });
  const said = el("p", { class: "error", role: "alert" });
  const means = ["saw", "spoke", "heard"].map((word) => [word, say(`means_${word}`)]);
  const go = async () => {
    if (ticked.means === null) {
      said.textContent = say("means_needed");
      return;
    }
    await tick(app, member, { ...ticked, note: note.value.trim() });
    app.show(wardenScreen);
  };
  return page(member.name,
    el("p", { class: "lead" }, sayOr(`standing_${member.standing}`, "standing_waiting")),
    el("h2", {}, say("tick_how")), segments(say("tick_how"), means, null, (value) => { ticked.means = value; }),
    el("h2", {}, say("tick_where")),
    segments(say("tick_where"), STANDINGS.map((word) => [word, say(`standing_${word}`)]), ticked.standing, (value) => { ticked.standing = value; }),
    field(say("tick_note"), note, say("tick_note_hint")), said,
    button(say("record"), go, { class: "main", id: "tick" }), button(say("back"), () => app.show(wardenScreen), { class: "plain", id: "back" }));
}

async function tick(app, member, { standing, means, note }) {
  const order = app.told.orders.find((one) => one.id === app.roster.grant.order);
  const item = {
    ...new Taking({ ...parts(app), drill: order ? order.drill : app.drill }).item({ verdict: "go", reason: "ok", via: "name" }),
    what: "tick", person: member.person, standing, means, note, confirmed: means !== "heard",
  };
  await app.outbox.record(item);
  await app.roster.stand([member.person], standing);
  app.toast(say("recorded_at", { time: clockTime(item.at) }));
  app.status.refresh();
  app.sync.run();
}

// A tick stands at no place: it says where in its note.
function parts({ clock, lists }) {
  return { clock, lists, choice: { purpose: "reported_safe", place: null, way: null } };
}
