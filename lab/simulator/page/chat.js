// The open chat: what was said, the bot's keyboard, and what the person does.

import { follow, post, upload } from "./api.js";
import { $, face, make, openSheet, settle } from "./dom.js";
import { pickGroup } from "./groups.js";
import { dayOf, inShort, messageNode } from "./message.js";
import { roleOf } from "./people.js";
import { failure, showAlert, toast } from "./notices.js";
import { t } from "./words.js";

// Messages one by one, but those of an album together.
function albums(messages) {
  const found = [];
  for (const message of messages) {
    const last = found[found.length - 1];
    const album = message.media_group_id;
    if (album && last?.[0].media_group_id === album && last[0].from.id === message.from.id) last.push(message);
    else found.push([message]);
  }
  return found;
}

export class Chat {
  constructor({ user, bot, group, onPlace }) {
    this.user = user;
    this.bot = bot;
    this.group = group;
    this.replyTo = 0;
    this.onPlace = onPlace;
    this.messages = new Map();
    this.drawn = new Map();
    this.state = { started: true, blocked: false, keyboard: null, commands: [], action: null, group };
    this.readUpTo = 0;
    this.fresh = true;
    this.hiddenKeys = false;
    this.ending = new AbortController();
    this.actions = {
      start: (payload) => this.act("start", { payload }),
      say: (text) => this.act("text", { text }),
      press: (id, row, col, key) => this.press(id, row, col, key),
      view: (size, caption) => this.view(size, caption),
      move: (id, latitude, longitude) => this.act("move", { message_id: id, latitude, longitude }),
      reply: (message) => this.reply(message),
      startGroup: (payload) => pickGroup(payload),
      isMine: (message) => message.from.id === user.user_id,
      inGroup: Boolean(group),
    };
  }

  open() {
    $("messages").replaceChildren();
    this.redraw();
    this.reply(null);
    const path = (after) => `${this.path("messages")}&after=${after}&timeout=25`;
    const lost = () => undefined;
    follow(path, { signal: this.ending.signal, lost, take: (seen) => this.take(seen) });
  }

  close() {
    this.ending.abort();
  }

  path(verb) {
    const where = this.group ? `&group=${this.group.id}` : "";
    return `/users/${this.user.user_id}/${verb}?bot=${this.bot.id}${where}`;
  }

  reply(message) {
    this.replyTo = message?.message_id ?? 0;
    $("replying").hidden = !message;
    $("replying-words").textContent = message ? t("replying", { words: inShort(message) }) : "";
    if (message) $("words").focus();
  }

  redraw() {
    const name = this.group ? this.group.title : this.user.name;
    const { letters, colour } = face(name, this.group ? this.group.id : this.user.user_id);
    $("face").textContent = letters;
    $("face").className = `face ${colour}`;
    $("who").textContent = name;
    $("nobody").hidden = true;
    $("talk").hidden = false;
    this.drawMessages();
    this.drawState();
  }

  take(seen) {
    const list = $("messages");
    const atEnd = this.following || list.scrollHeight - list.scrollTop - list.clientHeight < 120;
    for (const { message } of seen.messages) this.messages.set(message.message_id, message);
    for (const id of seen.deleted) this.messages.delete(id);
    for (const { callback_query_id: id } of seen.toasts) this.released?.(id);
    const first = this.fresh;
    this.fresh = false;
    if (!first) seen.toasts.filter((each) => each.text).forEach((each) => (each.show_alert ? showAlert : toast)(each.text));
    const { started, blocked, deactivated, keyboard, commands, action, group } = seen;
    if (JSON.stringify(keyboard) !== JSON.stringify(this.state.keyboard)) this.hiddenKeys = false;
    this.state = { started, blocked, deactivated, keyboard, commands, action, group };
    this.drawMessages();
    this.drawState();
    if (atEnd || first) this.follow(first ? "instant" : "auto");
    this.markRead();
    if (first && !$("composer").hidden && matchMedia("(hover: hover)").matches) $("words").focus();
  }

  /** To the newest message, and on to its end when a picture above it arrives late; until the reader scrolls. */
  follow(behavior) {
    const list = $("messages");
    this.following = true;
    list.scrollTo({ top: list.scrollHeight, behavior });
    const again = () => this.following && list.scrollTo({ top: list.scrollHeight, behavior: "instant" });
    for (const image of list.querySelectorAll("img")) if (!image.complete) image.addEventListener("load", again, { once: true });
    list.onwheel = list.ontouchmove = list.onkeydown = list.onpointerdown = () => { this.following = false; };
  }

  markRead() {
    const theirs = [...this.messages.values()].filter((each) => each.from.id !== this.user.user_id);
    const last = Math.max(0, ...theirs.map((each) => each.message_id));
    if (last <= this.readUpTo || document.hidden) return;
    this.readUpTo = last;
    post(this.path("read"), { message_id: last }).catch(failure);
  }

  drawMessages() {
    const nodes = [];
    let day = "";
    for (const together of albums([...this.messages.values()].sort((a, b) => a.message_id - b.message_id))) {
      const [message] = together;
      const itsDay = dayOf(message.date);
      if (itsDay !== day) nodes.push(this.node(`day ${itsDay}`, itsDay, () => make("div", { class: "day", text: itsDay })));
      day = itsDay;
      const content = JSON.stringify([document.documentElement.lang, together]);
      nodes.push(this.node(message.message_id, content, () => messageNode(together, this.actions)));
    }
    if (!nodes.length && !this.fresh && !this.group) nodes.push(make("p", { class: "hint", text: t("fresh", { name: this.user.name }) }));
    settle($("messages"), nodes);
  }

  node(name, content, build) {
    const drawn = this.drawn.get(name);
    if (drawn?.content === content) return drawn.node;
    const node = build();
    this.drawn.set(name, { content, node });
    return node;
  }

  drawState() {
    const { started, blocked, deactivated, keyboard, commands, action } = this.state;
    clearTimeout(this.typing);
    if (action) this.typing = setTimeout(() => this.forgetAction(), 5000);
    $("with").textContent = action ? `${this.bot.first_name} ${t("typing")}` : this.about();
    this.drawGroup();
    const silent = this.group ? this.groupSilent() : !started || blocked || deactivated;
    $("composer").hidden = silent;
    $("begin").hidden = !silent || deactivated || Boolean(this.group);
    $("gone").hidden = !deactivated;
    $("replying").hidden = silent || !this.replyTo;
    $("start").textContent = blocked ? t("restart") : t("start");
    $("menu").hidden = !commands.length;
    $("keys").hidden = !keyboard || silent;
    $("keys").setAttribute("aria-expanded", String(!this.hiddenKeys));
    const rows = silent || this.hiddenKeys ? [] : keyboard?.keyboard ?? [];
    $("keyboard").hidden = !rows.length;
    const drawn = rows.map((row) => make("div", { class: "key-row" }, ...row.map((each) => this.key(each))));
    $("keyboard").replaceChildren(...drawn);
    $("words").placeholder = keyboard?.input_field_placeholder ?? t("write");
  }

  groupSilent() {
    const { group, deactivated } = this.state;
    return Boolean(deactivated || group.deleted || group.migrated_to || !group.people.some((each) => each.user_id === this.user.user_id));
  }

  drawGroup() {
    const { group } = this.state;
    const inside = Boolean(group);
    $("speaker-box").hidden = !inside || this.groupSilent();
    $("group-menu").hidden = !inside || Boolean(group?.deleted || group?.migrated_to);
    $("scan").hidden = inside;
    $("group-help").hidden = !inside;
    if (!inside) return;
    $("who").textContent = group.title;
    const status = group.members[this.bot.id];
    const here = ["creator", "administrator", "member", "restricted"].includes(status);
    const words = group.migrated_to ? "moved" : group.deleted ? "groupGone" : !here ? "noBot" : status === "administrator" ? "hearsAll" : "hears";
    $("group-help-words").textContent = t(words);
    $("group-help-act").hidden = group.deleted || (here && !group.migrated_to);
    $("group-help-act").textContent = t(group.migrated_to ? "openNew" : "addBot");
    const options = group.people.map((each) => make("option", { value: each.user_id, text: each.name }));
    const drawn = JSON.stringify(group.people.map((each) => each.user_id));
    if ($("speaker").dataset.drawn !== drawn) $("speaker").replaceChildren(...options);
    $("speaker").dataset.drawn = drawn;
    $("speaker").value = this.user.user_id;
  }

  about() {
    if (this.group) {
      const { people, kind } = this.state.group;
      return people.length ? t("inGroup", { kind: t(kind), n: people.length }) : t(kind);
    }
    return t("with", { role: roleOf(this.user), bot: this.bot.first_name });
  }

  forgetAction() {
    this.state.action = null;
    if (!this.ending.signal.aborted) this.drawState();
  }

  key(button) {
    const tap = () => {
      if (button.request_contact) return this.act("contact", {});
      if (button.request_location) return this.onPlace();
      return this.act("text", { text: button.text });
    };
    return make("button", { type: "button", class: "key", text: button.text, onclick: tap });
  }

  toggleKeys() {
    this.hiddenKeys = !this.hiddenKeys;
    this.drawState();
  }

  async act(verb, body) {
    try {
      const answering = verb === "text" && this.replyTo ? { reply_to: this.replyTo } : {};
      await post(this.path(verb), { ...body, ...answering });
      if (verb === "text") this.reply(null);
      this.follow("auto");
      return true;
    } catch (error) {
      failure(error);
      return false;
    }
  }

  async send(verb, files) {
    await upload(this.path(verb), files).catch(failure);
  }

  async press(messageId, row, col, key) {
    key.classList.add("busy");
    const done = () => key.classList.remove("busy");
    setTimeout(done, 8000);
    try {
      const pressed = await post(this.path("press"), { message_id: messageId, row, col });
      this.released = (id) => id === pressed.callback_query_id && done();
    } catch (error) {
      done();
      failure(error);
    }
  }

  view(size, caption) {
    $("view-image").src = `/lab/files/${encodeURIComponent(size.file_id)}`;
    $("view-image").alt = caption || t("picture");
    $("view-caption").textContent = caption ?? "";
    openSheet($("view-sheet"));
  }
}
