// The scanner: opens what this phone keeps, and shows one screen at a time.

import { Clock } from "./clock.js";
import { ticketInAddress } from "./enrol.js";
import { enrolScreen, lockScreen, pinScreen, strangerScreen } from "./entry.js";
import { Lists } from "./keeping.js";
import { Line } from "./line.js";
import { OFFICE } from "./office.js";
import { Outbox } from "./outbox.js";
import { homeScreen } from "./purposes.js";
import { Renewal } from "./renewal.js";
import { Roster } from "./roster.js";
import { Shift } from "./shift.js";
import { signal, wakeSound } from "./signals.js";
import { Status } from "./status.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";
import { whenTold } from "./tabs.js";
import { tickScreen, wardenScreen } from "./warden.js";
import { preferred, say, speak } from "./words.js";

const TOAST = 3000;

export class App {
  static async open() {
    const store = await Store.open();
    const clock = new Clock({ skew: (await store.get("skew")) ?? null });
    const outbox = await Outbox.open({ store, clock, version: OFFICE.version });
    return new App({ store, clock, outbox });
  }

  constructor({ store, clock, outbox }) {
    Object.assign(this, { store, clock, outbox, identity: null, told: null, choice: null, ticket: null, leaving: null, screen: null, fresh: null });
    const onChange = () => this.status.refresh();
    this.line = new Line({ clock, onLine: (up) => this.status.line(up) });
    this.lists = new Lists({ store, clock, line: this.line, onChange });
    this.roster = new Roster({ store, clock, onChange: () => this.listed() });
    const heard = { onChange, onTold: (told) => this.hear(told), onAlert: () => this.shift.isOpen && signal("check") };
    this.sync = new Sync({ store, clock, line: this.line, outbox, lists: this.lists, roster: this.roster, ...heard });
    this.shift = new Shift({ store, clock, onLock: () => this.locked() });
    this.status = new Status(this);
    this.renewal = new Renewal({ idle: () => this.idle });
  }

  async start(ticket) {
    this.ticket = ticket;
    await speak(preferred(await this.store.get("language")));
    this.identity = (await this.store.get("identity")) || null;
    this.line.identity = this.identity;
    this.choice = (await this.store.get("choice")) || null;
    const told = (await this.store.get("told")) || null;
    if (told) await this.known(told);
    await this.lists.load();
    await this.shift.load();
    this.begin();
    this.renewal.begin();
    this.status.start();
    await this.sync.start();
  }

  // The first screen for whoever holds the phone now.
  begin() {
    if (this.ticket !== null) return this.show(enrolScreen);
    if (this.identity === null) return this.show(strangerScreen);
    if (!this.shift.isSet) return this.show(pinScreen);
    return this.show(this.shift.isOpen ? homeScreen : lockScreen);
  }

  // A link of an official was opened while the scanner stood open already.
  offered(ticket) {
    if (ticket === null) return;
    this.ticket = ticket;
    this.begin();
  }

  // Shows a screen: a function that makes it, and may give what to do when it is left.
  show(screen, ...rest) {
    if (this.leaving) this.leaving();
    this.leaving = null;
    this.screen = screen;
    const made = screen(this, ...rest);
    this.leaving = made.leave || null;
    document.getElementById("screen").replaceChildren(made.element || made);
    document.body.dataset.screen = screen.name;
    const title = document.querySelector("#screen h1");
    if (title) title.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    this.status.refresh();
  }

  // The list came, changed or went: whoever looks at it sees it without asking again, and of one that went no name stays on the screen.
  listed() {
    const gone = this.screen === tickScreen && this.roster.open === null;
    if (gone || this.screen === wardenScreen) {
      const { scrollY } = window;
      this.show(wardenScreen);
      window.scrollTo(0, scrollY);
    }
    this.status.refresh();
  }

  async unlocked() {
    await this.roster.unlock();
    this.show(homeScreen);
    this.sync.now();
  }

  locked() {
    this.roster.lock();
    document.getElementById("face").replaceChildren();
    document.getElementById("toast").replaceChildren();
    document.getElementById("screen").inert = false;
    this.status.close();
    this.show(lockScreen);
    this.renewal.look();
  }

  // What the office says this device is and may do.
  async hear(told) {
    const { skew } = this.clock;
    await this.store.change(["kept"], (of) => {
      of("kept").put(told, "told");
      of("kept").put(skew, "skew");
    });
    await this.known(told);
  }

  async known(told) {
    this.told = told;
    await this.roster.granted(told.with_list);
    if (this.shift.isOpen && this.roster.given && this.roster.open === null) await this.roster.unlock();
  }

  // Whether what is scanned now is a drill.
  get drill() {
    return OFFICE.drillOnly || Boolean(this.told && this.told.drill) || Boolean(this.choice && this.choice.drill);
  }

  get place() {
    const id = this.choice && this.choice.place;
    return (this.told && this.told.places.find((one) => one.id === id)) || null;
  }

  async choose(choice) {
    this.choice = { ...this.choice, ...choice };
    await this.store.put("choice", { ...this.choice, note: "" });
    this.status.refresh();
  }

  async speak(language) {
    await this.store.put("language", language);
    await speak(language);
    this.status.refresh();
  }

  toast(text) {
    const told = document.getElementById("toast");
    told.textContent = text;
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => told.replaceChildren(), TOAST);
  }

  // Nobody works, signs in or types anything: the page may begin anew.
  get idle() {
    if (this.shift.isOpen || this.ticket !== null) return false;
    return [...document.querySelectorAll("#screen input")].every((input) => input.value === "");
  }
}

const ticket = ticketInAddress();
document.addEventListener("pointerdown", wakeSound, { passive: true });
App.open().then((app) => {
  whenTold(() => location.reload());
  window.addEventListener("hashchange", () => app.offered(ticketInAddress()));
  return app.start(ticket);
}).catch((broken) => {
  console.error(broken);
  document.getElementById("screen").textContent = say("broken");
});
