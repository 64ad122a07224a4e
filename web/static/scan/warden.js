// The warden's households on this phone, with no network: who is safe, who is not yet, and ticks for those whom somebody saw, spoke to or heard of.

import { button, el, field, page, segments } from "./dom.js";
import { homeScreen } from "./purposes.js";
import { isSafe, standingOf } from "./roster.js";
import { Taking } from "./taking.js";
import { clockTime, dayAndTime, say, sayOr } from "./words.js";

const PLACED = ["safe_elsewhere", "with_relatives"];
const STANDINGS = ["safe_elsewhere", "with_relatives", "not_present", "need_help"];

export function wardenScreen(app) {
  const { open } = app.roster;
  const leave = button(say("back"), () => app.show(homeScreen), { class: "plain", id: "back" });
  if (open === null) return page(say("warden"), el("p", { id: "list-missing" }, say("list_not_here")), leave);
  const members = open.list.households.flatMap((household) => household.members).filter((one) => one.listed !== false);
  const waiting = members.filter((one) => !isSafe(one));
  const households = [...open.list.households].sort((one, other) => unsafe(other) - unsafe(one));
  return page(say("warden"),
    el("p", { class: "lead" }, say("list_counts", { left: waiting.length, all: members.length })),
    el("p", { class: "hint" }, say("list_made", { time: dayAndTime(open.list.made) })),
    el("div", { class: "households", id: "households" }, households.map((household) => card(app, household))), leave);
}

function unsafe(household) {
  return household.members.filter((one) => !isSafe(one)).length;
}

function card(app, household) {
  return el("section", { class: "household" }, household.members.map((member) => {
    const safe = isSafe(member);
    return button([
      el("span", { class: "number" }, member.number ? String(member.number) : "\u00b7"),
      el("span", { class: "who" }, el("strong", {}, member.name), el("small", {}, member.phone || "")),
      el("span", { class: safe ? "standing safe" : "standing waiting" }, sayOr(`standing_${standingOf(member)}`, "standing_waiting")),
    ], () => app.show(tickScreen, member), { class: "member-row", "data-person": member.person });
  }));
}

export function tickScreen(app, member) {
  const ticked = { standing: "safe_elsewhere", means: null, clear: null };
  const note = el("input", { id: "tick-note", maxlength: "120", autocomplete: "off" });
  const said = el("p", { class: "error", role: "alert" });
  const means = ["saw", "spoke", "heard"].map((word) => [word, say(`means_${word}`)]);
  const placed = () => PLACED.includes(ticked.standing);
  const answers = [["outside", say("tick_outside_yes")], ["inside", say("tick_outside_no")]];
  const outside = el("div", { id: "tick-outside" },
    el("h2", {}, say("tick_outside")), segments(say("tick_outside"), answers, null, (value) => { ticked.clear = value === "outside"; }));
  const choose = (value) => {
    ticked.standing = value;
    outside.hidden = !placed();
  };
  const go = async () => {
    const problem = missing(ticked, note.value.trim());
    if (problem !== null) {
      said.textContent = say(problem);
      return;
    }
    await tick(app, member, { ...ticked, clear: placed() ? ticked.clear : null, note: note.value.trim() });
    app.show(wardenScreen);
  };
  return page(member.name,
    el("p", { class: "lead" }, sayOr(`standing_${standingOf(member)}`, "standing_waiting")),
    el("h2", {}, say("tick_how")), segments(say("tick_how"), means, null, (value) => { ticked.means = value; }),
    el("h2", {}, say("tick_where")),
    segments(say("tick_where"), STANDINGS.map((word) => [word, say(`standing_${word}`)]), ticked.standing, choose),
    field(say("tick_note"), note, say("tick_note_hint")), outside, said,
    button(say("record"), go, { class: "main", id: "tick" }), button(say("back"), () => app.show(wardenScreen), { class: "plain", id: "back" }));
}

// Elsewhere is safe only where the place is known and outside what has to move.
function missing({ standing, means, clear }, note) {
  if (means === null) return "means_needed";
  if (!PLACED.includes(standing)) return null;
  if (!/[\p{L}\p{N}]/u.test(note)) return "note_needed";
  return clear === null ? "tick_outside_needed" : null;
}

async function tick(app, member, { standing, means, clear, note }) {
  const order = app.told.orders.find((one) => one.id === app.roster.grant.order);
  const item = {
    ...new Taking({ ...parts(app), drill: order ? order.drill : app.drill }).item({ verdict: "go", reason: "ok", via: "name" }),
    what: "tick", person: member.person, standing, means, clear, note, confirmed: means !== "heard",
  };
  await app.outbox.record(item);
  await app.roster.stand([member.person], standing, { safe: clear === true && means !== "heard" });
  app.toast(say("recorded_at", { time: clockTime(item.at) }));
  app.status.refresh();
  app.sync.run();
}

// A tick stands at no place: it says where in its note.
function parts({ clock, lists }) {
  return { clock, lists, choice: { purpose: "reported_safe", place: null, way: null } };
}
