// The open chat: what was said, the bot's keyboard, and what the person does.

import { follow, post, upload } from "./api.js";
import { $, face, make, openSheet, settle } from "./dom.js";
import { dayOf, messageNode } from "./message.js";
import { roleOf } from "./people.js";
import { failure, showAlert, toast } from "./notices.js";
import { t } from "./words.js";

export class Chat {
  constructor({ user, bot, onPlace }) {
    this.user = user;
    this.bot = bot;
    this.onPlace = onPlace;
    this.messages = new Map();
    this.drawn = new Map();
    this.state = { started: true, blocked: false, keyboard: null, commands: [], action: null };
    this.readUpTo = 0;
    this.fresh = true;
    this.hiddenKeys = false;
    this.ending = new AbortController();
    this.actions = {
      start: (payload) => this.act("start", { payload }),
      say: (text) => this.act("text", { text }),
      press: (id, row, col, key) => this.press(id, row, col, key),
      view: (size, caption) => this.view(size, caption),
    };
  }

  open() {
    $("messages").replaceChildren();
    this.redraw();
    const path = (after) => `/users/${this.user.user_id}/messages?bot=${this.bot.id}&after=${after}&timeout=25`;
    const lost = () => undefined;
    follow(path, { signal: this.ending.signal, lost, take: (seen) => this.take(seen) });
  }

  close() {
    this.ending.abort();
  }

  redraw() {
    const { letters, colour } = face(this.user.name, this.user.user_id);
    $("face").textContent = letters;
    $("face").className = `face ${colour}`;
    $("who").textContent = this.user.name;
    $("nobody").hidden = true;
    $("talk").hidden = false;
    this.drawMessages();
    this.drawState();
  }

  take(seen) {
    const list = $("messages");
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
    for (const { message } of seen.messages) this.messages.set(message.message_id, message);
    for (const id of seen.deleted) this.messages.delete(id);
    for (const { callback_query_id: id } of seen.toasts) this.released?.(id);
    const first = this.fresh;
    this.fresh = false;
    if (!first) seen.toasts.filter((each) => each.text).forEach((each) => (each.show_alert ? showAlert : toast)(each.text));
    const { started, blocked, keyboard, commands, action } = seen;
    if (JSON.stringify(keyboard) !== JSON.stringify(this.state.keyboard)) this.hiddenKeys = false;
    this.state = { started, blocked, keyboard, commands, action };
    this.drawMessages();
    this.drawState();
    if (atEnd || first) list.scrollTop = list.scrollHeight;
    this.markRead();
    if (first && !$("composer").hidden && matchMedia("(hover: hover)").matches) $("words").focus();
  }

  markRead() {
    const theirs = [...this.messages.values()].filter((each) => each.from.is_bot);
    const last = Math.max(0, ...theirs.map((each) => each.message_id));
    if (last <= this.readUpTo || document.hidden) return;
    this.readUpTo = last;
    post(`/users/${this.user.user_id}/read?bot=${this.bot.id}`, { message_id: last }).catch(failure);
  }

  drawMessages() {
    const nodes = [];
    let day = "";
    for (const message of [...this.messages.values()].sort((a, b) => a.message_id - b.message_id)) {
      const itsDay = dayOf(message.date);
      if (itsDay !== day) nodes.push(this.node(`day ${itsDay}`, itsDay, () => make("div", { class: "day", text: itsDay })));
      day = itsDay;
      const content = JSON.stringify([document.documentElement.lang, message]);
      nodes.push(this.node(message.message_id, content, () => messageNode(message, this.actions)));
    }
    if (!nodes.length && !this.fresh) nodes.push(make("p", { class: "hint", text: t("fresh", { name: this.user.name }) }));
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
    const { started, blocked, keyboard, commands, action } = this.state;
    clearTimeout(this.typing);
    if (action) this.typing = setTimeout(() => this.forgetAction(), 5000);
    $("with").textContent = action ? `${this.bot.first_name} ${t("typing")}` : this.about();
    const silent = !started || blocked;
    $("composer").hidden = silent;
    $("begin").hidden = !silent;
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

  about() {
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
      await post(`/users/${this.user.user_id}/${verb}?bot=${this.bot.id}`, body);
      $("messages").scrollTop = $("messages").scrollHeight;
      return true;
    } catch (error) {
      failure(error);
      return false;
    }
  }

  async send(verb, files) {
    await upload(`/users/${this.user.user_id}/${verb}?bot=${this.bot.id}`, files).catch(failure);
  }

  async press(messageId, row, col, key) {
    key.classList.add("busy");
    const done = () => key.classList.remove("busy");
    setTimeout(done, 8000);
    try {
      const pressed = await post(`/users/${this.user.user_id}/press?bot=${this.bot.id}`, { message_id: messageId, row, col });
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
