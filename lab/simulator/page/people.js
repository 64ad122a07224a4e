// The list of people and of groups, each with the last words there and what is not read yet.

import { $, face, make } from "./dom.js";
import { timeOf } from "./message.js";
import { known, t } from "./words.js";

export function roleOf(row) {
  return row.role_label || (known(row.role) ? t(row.role) : row.role);
}

function inWords({ kind, text }) {
  if (kind === "text") return text;
  return `${known(kind) && !kind.includes("_") ? t(kind) : t("service")} ${text}`;
}

function lastWords({ last }) {
  if (!last) return t("quiet");
  return last.from_bot ? inWords(last) : `${t("you")}: ${inWords(last)}`;
}

function row({ id, name, role, last, which, words, unread, current, tap }) {
  const { letters, colour } = face(name, id);
  const badge = unread ? make("span", { class: "badge", "aria-label": t("unread", { n: unread }), text: unread }) : null;
  const head = make(
    "span",
    { class: "row-head" },
    make("span", { class: "name", text: name }),
    ...role.filter(Boolean).map((text) => make("span", { class: "role", text })),
    last ? make("span", { class: "when", text: timeOf(last.date) }) : null,
  );
  const tail = make("span", { class: "row-tail" }, make("span", { class: "last", text: words }), badge);
  const inner = make("span", { class: "row-words" }, head, which ? make("span", { class: "quiet", text: which }) : null, tail);
  const circle = make("span", { class: `face ${colour}`, "aria-hidden": "true", text: letters });
  const about = { type: "button", class: `row${current ? " current" : ""}`, "aria-current": current ? "true" : null };
  return make("li", {}, make("button", { ...about, onclick: tap }, circle, inner));
}

function personRow(each, { chosen, bots, choose }) {
  const mark = each.deactivated ? t("deactivatedMark") : each.blocked ? t("blockedMark") : "";
  return row({
    id: each.user_id,
    name: each.name,
    role: [roleOf(each), mark],
    last: each.last,
    which: bots.length > 1 ? bots.find((bot) => bot.id === each.bot_id)?.first_name : "",
    words: lastWords(each),
    unread: each.unread,
    current: chosen && !chosen.group_id && chosen.user_id === each.user_id && chosen.bot_id === each.bot_id,
    tap: () => choose(each),
  });
}

function groupRow(group, { chosen, bots, choose }) {
  const speaker = group.people.find((each) => each.user_id === chosen?.user_id) ?? group.people[0];
  const said = group.last && group.people.find((each) => each.user_id === group.last.from);
  const words = group.last ? `${said ? `${said.name}: ` : ""}${inWords(group.last)}` : t("quiet");
  return row({
    id: group.id,
    name: group.title,
    role: [t(group.kind)],
    last: group.last,
    words: group.deleted ? t("groupGone") : words,
    unread: speaker?.unread,
    current: chosen?.group_id === group.id,
    tap: () => choose({ user_id: speaker?.user_id ?? chosen?.user_id, bot_id: bots[0].id, group_id: group.id }),
  });
}

export function drawPeople(rows, groups, about) {
  const focused = document.activeElement?.closest?.("#people-pane ul") ? document.activeElement : null;
  const list = focused?.closest("ul");
  const at = list ? [...list.querySelectorAll("button")].indexOf(focused) : -1;
  $("rows").replaceChildren(...rows.map((each) => personRow(each, about)));
  const open = groups.filter((group) => !group.deleted && !group.migrated_to && group.people.length);
  $("group-rows").replaceChildren(...open.map((each) => groupRow(each, about)));
  $("group-rows").hidden = !open.length;
  if (at >= 0) list.querySelectorAll("button")[at]?.focus();
}
