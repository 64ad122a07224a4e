// The web chat of the lab: pick a person, talk to the bot as they would.

import { follow, get } from "./api.js";
import { Chat } from "./chat.js";
import { $, make, openSheet, wireSheets } from "./dom.js";
import { useWorld } from "./links.js";
import { showAlert, toast } from "./notices.js";
import { drawPeople } from "./people.js";
import { openScan, wireScan } from "./scan.js";
import { chooseLanguage, otherLanguage, t } from "./words.js";

const asked = new URLSearchParams(location.search);
const page = { world: { bots: [] }, rows: [], chat: null, payload: asked.get("start") };

function chosen() {
  return page.chat && { user_id: page.chat.user.user_id, bot_id: page.chat.bot.id };
}

function draw() {
  drawPeople(page.rows, { chosen: chosen(), bots: page.world.bots, choose: (row) => go(row) });
  $("language").textContent = t("language");
}

function go(row) {
  location.hash = `${row.user_id}/${row.bot_id}`;
}

function show() {
  const [user, bot] = location.hash.slice(1).split("/").map(Number);
  const row = page.rows.find((each) => each.user_id === user && (!bot || each.bot_id === bot));
  if (chosen()?.user_id === row?.user_id && chosen()?.bot_id === row?.bot_id && page.chat) return;
  page.chat?.close();
  page.chat = null;
  $("app").dataset.pane = row ? "chat" : "people";
  $("talk").hidden = !row;
  $("nobody").hidden = Boolean(row);
  if (row) {
    const profile = page.world.bots.find((each) => each.id === row.bot_id);
    page.chat = new Chat({ user: row, bot: profile, onPlace: () => openSheet($("place-sheet")) });
    page.chat.open();
    if (page.payload) {
      page.chat.act("start", { payload: page.payload });
      page.payload = null;
    }
  }
  draw();
}

function cardChoices() {
  const mine = page.chat.user;
  const others = page.rows.filter((row) => row.bot_id === mine.bot_id && row.user_id !== mine.user_id);
  const option = (row, text) => make("option", { value: row.user_id, text });
  $("card-of").replaceChildren(option(mine, t("mine", { name: mine.name })), ...others.map((row) => option(row, row.name)));
}

function wireComposer() {
  const words = $("words");
  const fit = () => {
    words.rows = Math.min(6, Math.max(1, words.value.split("\n").length));
  };
  words.addEventListener("input", fit);
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    $("composer").requestSubmit();
  });
  $("composer").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = words.value.trim();
    if (!text || !(await page.chat.act("text", { text }))) return;
    words.value = "";
    fit();
    words.focus();
  });
  $("start").addEventListener("click", () => page.chat.act("start", {}));
  $("keys").addEventListener("click", () => page.chat.toggleKeys());
  $("back").addEventListener("click", () => {
    location.hash = "";
  });
  $("scan").addEventListener("click", () => openScan(page.chat));
}

function wireSending() {
  const pick = (button, input, verb) => {
    $(button).addEventListener("click", () => $(input).click());
    $(input).addEventListener("change", () => {
      const files = [...$(input).files];
      $(input).value = "";
      $("attach-sheet").close();
      if (files.length) page.chat.send(verb, files);
    });
  };
  pick("pick-photo", "photo-files", "photos");
  pick("pick-file", "any-file", "document");
  $("attach").addEventListener("click", () => openSheet($("attach-sheet")));
  const swap = (sheet) => {
    $("attach-sheet").close();
    openSheet($(sheet));
  };
  $("pick-place").addEventListener("click", () => swap("place-sheet"));
  $("pick-card").addEventListener("click", () => {
    cardChoices();
    swap("card-sheet");
  });
  $("pick-block").addEventListener("click", () => {
    $("attach-sheet").close();
    page.chat.act("block", {});
  });
}

function wireForms() {
  $("place-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = $("latitude").value.split(/[,，\s]+/).filter(Boolean);
    const latitude = Number(typed[0]);
    const longitude = Number(typed[1] ?? $("longitude").value);
    if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return toast(t("badPlace"));
    if (await page.chat.act("location", { latitude, longitude })) $("place-sheet").close();
    return undefined;
  });
  $("card-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { people } = page;
    const person = people.find((each) => each.id === Number($("card-of").value));
    const card = { phone_number: person.phone, first_name: person.first_name, user_id: person.id };
    if (await page.chat.act("contact", card)) $("card-sheet").close();
  });
  $("menu").addEventListener("click", () => {
    const choices = page.chat.state.commands.map(({ command, description }) => {
      const tap = () => {
        $("menu-sheet").close();
        page.chat.act("text", { text: `/${command}` });
      };
      const words = make("span", {}, make("strong", { text: `/${command}` }), ` ${description}`);
      return make("button", { type: "button", onclick: tap }, words);
    });
    $("menu-choices").replaceChildren(...choices);
    openSheet($("menu-sheet"));
  });
}

function wireLanguage() {
  $("language").addEventListener("click", () => {
    chooseLanguage(otherLanguage());
    draw();
    page.chat?.redraw();
  });
}

async function begin() {
  chooseLanguage(asked.get("lang"));
  wireSheets();
  wireComposer();
  wireSending();
  wireForms();
  wireLanguage();
  wireScan();
  page.world = await get("/world");
  page.people = page.world.people;
  useWorld(page.world);
  page.rows = (await get("/overview")).chats;
  if (asked.has("start") || asked.has("as")) {
    history.replaceState(null, "", `${location.pathname}${asked.has("as") ? `#${Number(asked.get("as"))}` : ""}`);
  }
  if (page.payload && !location.hash.slice(1)) toast(t("choose"));
  window.addEventListener("hashchange", show);
  document.addEventListener("visibilitychange", () => page.chat?.markRead());
  draw();
  show();
  const take = ({ chats }) => {
    page.rows = chats;
    draw();
  };
  const lost = (yes) => {
    $("lost").hidden = !yes;
  };
  const path = (after) => `/overview?after=${after}&timeout=25`;
  follow(path, { signal: new AbortController().signal, take, lost });
}

begin().catch((error) => showAlert(t("failed", { why: error.message })));
