// Two clocks: the wall clock, which somebody may set, and the running time since this page opened, which nobody can.

import { uuid } from "./ids.js";

const SMALL = 120000;

export class Clock {
  // `skew` = server minus this phone, as last measured, or null.
  constructor({ skew = null } = {}) {
    this.skew = skew;
    this.measured = false;
    this.begin();
    document.addEventListener("visibilitychange", () => this.woken());
  }

  begin() {
    this.boot = uuid();
    this.started = performance.now();
    this.hidden = null;
  }

  now() {
    return Date.now();
  }

  // The best guess at the true time: put right by what the server said while this page stood open.
  right() {
    return new Date(this.now() + (this.measured ? this.skew : 0));
  }

  // What an item says about its moment.
  stamp() {
    return { at: this.now(), boot: this.boot, mono: Math.round(performance.now() - this.started), skew: this.skew };
  }

  // An answer of the server: its time, and when we asked and heard.
  heard(serverNow, asked, answered) {
    this.skew = Math.round(serverNow - (asked + answered) / 2);
    this.measured = true;
  }

  // A phone that sleeps stops its running time, so the wall clock gains on it: from then on the two are compared anew.
  // A wall clock that went back was set by somebody, asleep or not: the comparison goes on and says so.
  woken() {
    const [wall, running] = [this.now(), performance.now()];
    if (document.hidden) {
      this.hidden = { wall, running };
      return;
    }
    if (this.hidden !== null && wall - this.hidden.wall - (running - this.hidden.running) > SMALL) this.begin();
    this.hidden = null;
  }
}
