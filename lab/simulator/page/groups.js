// Groups: making one, who is in it, the bot's standing, and the end of it.

import { get, post } from "./api.js";
import { $, make, openSheet } from "./dom.js";
import { failure } from "./notices.js";
import { t } from "./words.js";

let page = null;
let go = null;
let waiting = null;

export function wireGroups(current, open) {
  page = current;
  go = open;
  $("new-group").addEventListener("click", () => openNew(null));
  $("new-group-form").addEventListener("submit", create);
  $("speaker").addEventListener("change", () => {
    const { bot, group } = page.chat;
    go({ user_id: Number($("speaker").value), bot_id: bot.id, group_id: group.id });
  });
  $("group-menu").addEventListener("click", () => {
    drawMenu();
    openSheet($("group-sheet"));
  });
  $("group-help-act").addEventListener("click", () => {
    const { group, bot, user } = page.chat;
    const { migrated_to: next } = page.chat.state.group;
    if (next) go({ user_id: user.user_id, bot_id: bot.id, group_id: next });
    else act(group.id, "add", { by: user.user_id });
  });
}

async function act(group, verb, body) {
  const { bot } = page.chat ?? { bot: page.world.bots[0] };
  try {
    const done = await post(`/groups/${group}/${verb}?bot=${bot.id}`, body);
    return done;
  } catch (error) {
    failure(error);
    return null;
  }
}

// `payload` is that of a startgroup link, which brings the bot into the new group by itself.
function openNew(payload) {
  waiting = payload;
  $("new-group-bot").parentElement.hidden = payload !== null;
  const box = (row) => make("label", { class: "check" }, make("input", { type: "checkbox", value: row.user_id, checked: true }), row.name);
  const living = page.rows.filter((row, at, all) => !row.deactivated && all.findIndex((each) => each.user_id === row.user_id) === at);
  $("new-group-people").replaceChildren(...living.slice(0, 30).map(box));
  openSheet($("new-group-sheet"));
}

async function create(event) {
  event.preventDefault();
  const ids = [...$("new-group-people").querySelectorAll("input:checked")].map((each) => Number(each.value));
  if (!ids.length) return;
  const about = { title: $("new-group-title").value, kind: $("new-group-kind").value, owner: ids[0], members: ids.slice(1), bot: waiting === null && $("new-group-bot").checked };
  const bot = page.chat?.bot ?? page.world.bots[0];
  try {
    const group = await post(`/groups?bot=${bot.id}`, about);
    $("new-group-sheet").close();
    if (waiting !== null) await act(group.id, "add", { by: ids[0], payload: waiting });
    page.groups = (await get("/overview")).groups;
    go({ user_id: ids[0], bot_id: bot.id, group_id: group.id });
  } catch (error) {
    failure(error);
  }
}

function choice(text, tap, about = {}) {
  return make("button", { type: "button", text, onclick: tap, ...about });
}

// What cannot be undone is pressed twice.
function grave(text, tap) {
  const button = choice(text, () => {
    if (button.dataset.asked) tap();
    else {
      button.dataset.asked = "yes";
      button.textContent = t("sure");
    }
  }, { class: "grave" });
  return button;
}

function memberRow(row, group, { user }) {
  const status = group.members[row.user_id];
  const inside = ["creator", "administrator", "member", "restricted"].includes(status);
  const words = make("span", { class: "member-words" }, row.name, inside ? make("span", { class: "role", text: t(status) }) : null);
  const verb = inside ? "leave" : "join";
  const tap = async () => {
    if (await act(group.id, verb, { user_id: row.user_id, by: user.user_id })) $("group-sheet").close();
  };
  return make("li", {}, words, status === "creator" ? null : make("button", { type: "button", text: t(verb), onclick: tap }));
}

function drawMenu() {
  const { group } = page.chat.state;
  const { user, bot } = page.chat;
  const status = group.members[bot.id];
  const creator = Number(Object.entries(group.members).find(([, each]) => each === "creator")?.[0] ?? user.user_id);
  const close = (verb, body) => async () => {
    const done = await act(group.id, verb, body);
    if (done) $("group-sheet").close();
    return done;
  };
  const choices = [];
  if (["member", "administrator", "restricted"].includes(status)) {
    const other = status === "administrator" ? "member" : "administrator";
    choices.push(choice(t(other === "member" ? "makeMember" : "makeAdmin"), close("status", { by: creator, status: other })));
    choices.push(choice(t("removeBot"), close("remove", { by: creator })));
  } else choices.push(choice(t("addBot"), close("add", { by: user.user_id })));
  if (group.kind === "group") {
    const move = async () => {
      const done = await close("migrate", { by: creator })();
      if (done) go({ user_id: user.user_id, bot_id: bot.id, group_id: done.id });
    };
    choices.push(grave(t("upgrade"), move));
  }
  choices.push(grave(t("deleteGroup"), close("delete", { by: creator })));
  $("group-choices").replaceChildren(...choices);
  const everybody = page.rows.filter((row) => row.bot_id === bot.id && !row.deactivated).slice(0, 60);
  $("group-members").replaceChildren(...everybody.map((row) => memberRow(row, group, { user })));
}

// A startgroup link: choose where the bot goes.
export function pickGroup(payload) {
  const { user, bot } = page.chat;
  const mine = page.groups.filter((group) => !group.deleted && !group.migrated_to && group.people.some((each) => each.user_id === user.user_id));
  const bring = async (group) => {
    $("pick-group-sheet").close();
    if (await act(group.id, "add", { by: user.user_id, payload })) go({ user_id: user.user_id, bot_id: bot.id, group_id: group.id });
  };
  const fresh = choice(t("newGroup"), () => {
    $("pick-group-sheet").close();
    openNew(payload);
  });
  $("pick-group-choices").replaceChildren(...mine.map((group) => choice(group.title, () => bring(group))), fresh);
  if (!mine.length) $("pick-group-choices").prepend(make("p", { class: "quiet", text: t("noGroups") }));
  openSheet($("pick-group-sheet"));
}
