// The slim bar that is always there: online or not, how much waits, how old the lists are, which version. And what must not be overlooked.

import { showAlerts, standing } from "./alerts.js";
import { OFFICE } from "./office.js";
import { menuScreen } from "./menu.js";
import { button, el } from "./dom.js";
import { age, say, sayOr } from "./words.js";

const DAY = 24 * 3600000;
const EVERY = 15000;

export class Status {
  constructor(app) {
    Object.assign(this, { app, online: null, asked: 0 });
  }

  start() {
    setInterval(() => this.refresh(), EVERY);
  }

  // The last request decides; the browser's own opinion is not asked.
  line(up) {
    if (up === this.online) return;
    this.online = up;
    this.refresh();
  }

  async refresh() {
    const turn = (this.asked += 1);
    const { outbox, store } = this.app;
    const [waiting, oldest, refused, alerts] = await Promise.all([outbox.size(), outbox.oldest(), outbox.refused(), standing(store)]);
    const said = alerts.some((one) => one.why === "not_taken"); // One of them stands there with its reason.
    if (turn !== this.asked) return;
    showAlerts(this.app, this.open ? alerts : []);
    this.bar({ waiting });
    this.notes({ oldest, refused: said ? 0 : refused.length });
    document.body.classList.toggle("drill", this.app.drill && this.open);
    const drill = document.getElementById("drill");
    drill.hidden = !this.app.drill || !this.open;
  }

  get open() {
    return this.app.shift.isOpen;
  }

  // At once, before anything is read: nothing of the work stands beside a lock, and no way into it.
  close() {
    const queue = document.getElementById("queue");
    document.getElementById("bar").replaceChildren(...(queue ? [el("div", { class: "row" }, queue)] : []));
    showAlerts(this.app, []);
  }

  bar({ waiting }) {
    const { lists, clock } = this.app;
    const queue = el("span", { id: "queue", class: waiting ? "chip waiting" : "chip", "data-count": waiting }, say("waiting", { n: waiting }));
    const bar = document.getElementById("bar");
    if (!this.open) {
      bar.replaceChildren(el("div", { class: "row" }, queue));
      return;
    }
    const state = this.online === null ? "trying" : this.online ? "online" : "offline";
    const old = (list) => (list === null ? say("missing") : age(Math.max(0, list.age(clock.right()))));
    const line = el("span", { id: "line", class: `chip ${state}`, "data-state": state }, say(state));
    const second = el("div", { class: "row small", id: "ages" },
      this.app.drill ? el("span", { class: "drill-word" }, say("drill")) : null,
      el("span", {}, say("age_of_trust", { age: old(lists.trust) })), el("span", {}, say("age_of_revoked", { age: old(lists.revoked) })),
      el("span", { id: "version" }, OFFICE.version.slice(0, 6)));
    // The button stays where it is: a finger may be on it.
    const menu = document.getElementById("menu");
    if (menu === null) {
      bar.replaceChildren(el("div", { class: "row" }, line, queue, button(say("menu"), () => this.app.show(menuScreen), { id: "menu", class: "bar-button" })), second);
      return;
    }
    if (menu.textContent !== say("menu")) menu.textContent = say("menu");
    for (const [id, node] of [["line", line], ["queue", queue], ["ages", second]]) document.getElementById(id).replaceWith(node);
  }

  notes({ oldest, refused }) {
    const { sync, lists, clock } = this.app;
    const told = [];
    if (sync.trouble) told.push(["bad", sync.trouble.text || say("trouble")]);
    if (this.open && lists.clockWrong(clock.right())) told.push(["bad", say("clock_wrong")]);
    if (oldest !== null && clock.now() - oldest > DAY) told.push(["warn", say("unsent_long")]);
    if (this.open && this.app.identity && !lists.complete) told.push(["warn", say("lists_missing")]);
    else if (this.open && lists.complete && lists.stale(clock.right())) told.push(["warn", say("lists_stale")]);
    if (this.open && sync.listRefused) told.push(["warn", sayOr(`file_${sync.listRefused.problem}`, "file_malformed")]);
    if (this.open && refused) told.push(["warn", say("not_taken_note", { n: refused })]);
    const box = document.getElementById("notes");
    const text = told.map(([, sentence]) => sentence).join("\n");
    if (box.dataset.said === text) return;
    box.dataset.said = text;
    box.replaceChildren(...told.map(([kind, sentence]) => el("p", { class: `note ${kind}` }, sentence)));
  }
}
