// The list of people, each with their chat's last words and what they have not read.

import { $, face, make } from "./dom.js";
import { timeOf } from "./message.js";
import { known, t } from "./words.js";

export function roleOf(row) {
  return row.role_label || (known(row.role) ? t(row.role) : row.role);
}

function lastWords({ last }) {
  if (!last) return t("quiet");
  const words = last.kind === "text" ? last.text : `${t(last.kind)} ${last.text}`;
  return last.from_bot ? words : `${t("you")}: ${words}`;
}

export function drawPeople(rows, { chosen, bots, choose }) {
  const nodes = rows.map((row) => {
    const { letters, colour } = face(row.name, row.user_id);
    const bot = bots.length > 1 ? bots.find((each) => each.id === row.bot_id) : undefined;
    const current = chosen && chosen.user_id === row.user_id && chosen.bot_id === row.bot_id;
    const unread = row.unread
      ? make("span", { class: "badge", "aria-label": t("unread", { n: row.unread }), text: row.unread })
      : null;
    const head = make(
      "span",
      { class: "row-head" },
      make("span", { class: "name", text: row.name }),
      make("span", { class: "role", text: roleOf(row) }),
      row.last ? make("span", { class: "when", text: timeOf(row.last.date) }) : null,
    );
    const tail = make("span", { class: "row-tail" }, make("span", { class: "last", text: lastWords(row) }), unread);
    const which = bot ? make("span", { class: "quiet", text: bot.first_name }) : null;
    const words = make("span", { class: "row-words" }, head, which, tail);
    const circle = make("span", { class: `face ${colour}`, "aria-hidden": "true", text: letters });
    const about = { type: "button", class: `row${current ? " current" : ""}`, "aria-current": current ? "true" : null };
    return make("li", {}, make("button", { ...about, onclick: () => choose(row) }, circle, words));
  });
  const focused = [...$("rows").querySelectorAll("button")].indexOf(document.activeElement);
  $("rows").replaceChildren(...nodes);
  if (focused >= 0) $("rows").querySelectorAll("button")[focused]?.focus();
}
