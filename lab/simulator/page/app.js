// The web chat of the lab: pick a person, talk to the bot as they would.

import { follow, get } from "./api.js";
import { Chat } from "./chat.js";
import { $, make, openSheet, wireSheets } from "./dom.js";
import { pickGroup, wireGroups } from "./groups.js";
import { useWorld } from "./links.js";
import { showAlert, toast } from "./notices.js";
import { drawPeople } from "./people.js";
import { openScan, wireScan } from "./scan.js";
import { chooseLanguage, otherLanguage, t } from "./words.js";

const asked = new URLSearchParams(location.search);
const page = { world: { bots: [] }, rows: [], groups: [], chat: null, payload: asked.get("start"), startgroup: asked.get("startgroup") };

function chosen() {
  return page.chat && { user_id: page.chat.user.user_id, bot_id: page.chat.bot.id, group_id: page.chat.group?.id };
}

function draw() {
  drawPeople(page.rows, page.groups, { chosen: chosen(), bots: page.world.bots, choose: (row) => go(row) });
  $("language").textContent = t("language");
}

function go(row) {
  location.hash = `${row.user_id}/${row.bot_id}${row.group_id ? `/${row.group_id}` : ""}`;
}

function show() {
  const [user, bot, group] = location.hash.slice(1).split("/").map(Number);
  const row = page.rows.find((each) => each.user_id === user && (!bot || each.bot_id === bot));
  const room = page.groups.find((each) => each.id === group);
  if (chosen()?.user_id === row?.user_id && chosen()?.bot_id === row?.bot_id && chosen()?.group_id === room?.id && page.chat) return;
  page.chat?.close();
  page.chat = null;
  $("app").dataset.pane = row ? "chat" : "people";
  $("talk").hidden = !row;
  $("nobody").hidden = Boolean(row);
  if (row) {
    const profile = page.world.bots.find((each) => each.id === row.bot_id);
    page.chat = new Chat({ user: row, bot: profile, group: room, onPlace: () => openSheet($("place-sheet")) });
    page.chat.open();
    if (page.payload) {
      page.chat.act("start", { payload: page.payload });
      page.payload = null;
    }
    if (page.startgroup !== null) {
      pickGroup(page.startgroup);
      page.startgroup = null;
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
  $("forget-reply").addEventListener("click", () => page.chat.reply(null));
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
  $("attach").addEventListener("click", () => {
    $("pick-block").hidden = $("pick-deactivate").hidden = Boolean(page.chat.group);
    $("pick-deactivate").querySelector("span").textContent = t("deactivate");
    delete $("pick-deactivate").dataset.asked;
    openSheet($("attach-sheet"));
  });
  $("pick-big").addEventListener("click", () => {
    $("attach-sheet").close();
    page.chat.act("video", { file_name: "VID_0001.mp4", mime_type: "video/mp4", file_size: 200 * 1024 * 1024, duration: 612, width: 1920, height: 1080 });
  });
  $("pick-deactivate").addEventListener("click", () => {
    if (!$("pick-deactivate").dataset.asked) {
      $("pick-deactivate").dataset.asked = "yes";
      $("pick-deactivate").querySelector("span").textContent = t("sure");
      return;
    }
    $("attach-sheet").close();
    page.chat.act("deactivate", {});
  });
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
    const typed = $("latlon").value.split(/[,，\s]+/).filter(Boolean).map(Number);
    const [latitude, longitude] = typed;
    if (typed.length !== 2 || !(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) return toast(t("badPlace"));
    const live = $("live").checked ? { live_period: 900 } : {};
    if (await page.chat.act("location", { latitude, longitude, ...live })) $("place-sheet").close();
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
  wireGroups(page, go);
  page.world = await get("/world");
  page.people = page.world.people;
  useWorld(page.world);
  ({ chats: page.rows, groups: page.groups } = await get("/overview"));
  if (asked.has("start") || asked.has("startgroup") || asked.has("as")) {
    history.replaceState(null, "", `${location.pathname}${asked.has("as") ? `#${Number(asked.get("as"))}` : ""}`);
  }
  if ((page.payload || page.startgroup !== null) && !location.hash.slice(1)) toast(t("choose"));
  window.addEventListener("hashchange", show);
  document.addEventListener("visibilitychange", () => page.chat?.markRead());
  draw();
  show();
  const take = ({ chats, groups }) => {
    page.rows = chats;
    page.groups = groups;
    draw();
  };
  const lost = (yes) => {
    $("lost").hidden = !yes;
  };
  const path = (after) => `/overview?after=${after}&timeout=25`;
  follow(path, { signal: new AbortController().signal, take, lost });
}

begin().catch((error) => showAlert(t("failed", { why: error.message })));
