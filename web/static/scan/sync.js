// Sends what waits and fetches what is new: at the start, when the line comes back, when the page is seen, every 30 seconds, by the button.
// Several tabs take turns. A line that fails is tried again later and later, never all phones at once.

import { alertsIn, raise } from "./alerts.js";
import { uuid } from "./ids.js";
import { Refused, Unreached } from "./line.js";

const EVERY = 30000;
const NEWS_EVERY = 300000;
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 300000;
const LEASE = 90000;
const CARRIED_AT_ONCE = 10;
const OVER = ["device_revoked", "device_unknown", "bad_signature"];
const NEVER = [...OVER, "batch_invalid"];

export class Sync {
  constructor({ store, clock, line, outbox, lists, roster, onChange, onTold, onAlert }) {
    Object.assign(this, { store, clock, line, outbox, lists, roster, onChange, onTold, onAlert });
    Object.assign(this, { fails: 0, notBefore: 0, running: false, again: false, trouble: null, listRefused: null, heardNews: -Infinity, told: null });
    this.tab = uuid();
  }

  start() {
    window.addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
    setInterval(() => this.run(), EVERY);
    return this.now();
  }

  // Somebody or something says that it may work now.
  now() {
    this.notBefore = 0;
    return this.run();
  }

  async run() {
    if (this.line.identity === null || this.clock.now() < this.notBefore) return;
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    try {
      do {
        this.again = false;
        if (!(await this.alone(() => this.round()))) setTimeout(() => this.run(), FIRST_WAIT);
      } while (this.again);
    } finally {
      this.running = false;
      this.onChange();
    }
  }

  // What the office refuses in one part does not keep it from the others.
  async round() {
    let failed = null;
    for (const part of ["flush", "carry", "news"]) {
      if (failed instanceof Unreached) break;
      try {
        await this[part]();
      } catch (caught) {
        if (!(caught instanceof Refused || caught instanceof Unreached)) throw caught;
        failed = failed || caught;
      }
    }
    if (failed === null) Object.assign(this, { fails: 0, notBefore: 0, trouble: null });
    else this.later(failed);
  }

  later(failed) {
    if (failed instanceof Refused && OVER.includes(failed.code)) this.trouble = { code: failed.code, text: failed.text };
    this.fails += 1;
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(this.fails - 1, 10));
    const wait = Math.max(failed.wait || 0, longest / 2 + (crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32) * (longest / 2));
    this.notBefore = this.clock.now() + wait;
    setTimeout(() => this.run(), wait + 1);
  }

  // Until nothing waits. A batch that the office cannot read is sent again entry by entry, so that one cannot hold up the others.
  async flush() {
    for (let limit = undefined; ; ) {
      const batch = await this.outbox.next(this.line.identity, limit);
      if (batch === null) return;
      try {
        const answer = await this.line.send("/api/v1/scans", batch.body, batch.signature);
        const alerts = await this.outbox.settle(batch, Array.isArray(answer.items) ? answer.items : []);
        if (alerts.length > 0) this.onAlert();
        if (!(answer.items || []).some(({ key }) => batch.keys.includes(key))) throw new Unreached("nothing answered");
      } catch (refused) {
        if (!unreadable(refused) && !tooLong(refused)) throw refused;
        if (batch.keys.length > 1) limit = 1;
        else if (!unreadable(refused)) throw refused;
        else await this.outbox.settle(batch, [{ key: batch.keys[0], answer: "rejected", reason: refused.code, text: refused.text }]);
      }
      this.onChange();
    }
  }

  // Batches of other phones, or of this one under its former key. What was not answered, or refused for now, stays for the next time.
  async carry() {
    const left = new Set();
    for (;;) {
      const some = (await this.outbox.carried()).filter(({ id }) => !left.has(id)).slice(0, CARRIED_AT_ONCE);
      if (some.length === 0) break;
      const answer = await this.line.post("/api/v1/scans/carried", { batches: some.map(({ body, signature }) => ({ body, signature })) });
      const told = some.map((one, at) => (Array.isArray(answer.batches) ? answer.batches[at] : null));
      const alerts = told.flatMap((one) => (decided(one) && Array.isArray(one.items) ? alertsIn(one.items, this.clock.now()) : []));
      await this.store.change(["kept", "carried", "refused"], (of) => {
        raise(of, alerts);
        some.forEach(({ id, sealed }, at) => {
          if (!decided(told[at])) return left.add(id);
          of("carried").delete(id);
          for (const one of notTaken(told[at], sealed)) of("refused").put({ ...one, at: this.clock.now(), carried: true });
        });
      });
      if (alerts.length > 0) this.onAlert();
      this.onChange();
    }
    if (left.size > 0) throw new Refused(429, { code: "carried_left" });
  }

  // Who this device is and may do what, the lists, and the names where they were given.
  async news() {
    if (Math.abs(this.clock.now() - this.heardNews) >= NEWS_EVERY || this.trouble !== null) {
      this.told = await this.line.post("/api/v1/devices/hello");
      this.heardNews = this.clock.now();
      await this.onTold(this.told);
    }
    if (this.lists.due(this.told, NEWS_EVERY)) this.listRefused = await this.lists.refresh();
    await this.roster.refresh(this.line);
  }

  // One tab at a time; whether it was this one's turn. Where the browser has no locks, a lease in the database does.
  async alone(work) {
    if (navigator.locks) {
      return navigator.locks.request("mashang-sync", { ifAvailable: true }, async (lock) => {
        if (lock) await work();
        return Boolean(lock);
      });
    }
    const mine = await this.lease((held) => (!held || held.tab === this.tab || Math.abs(Date.now() - held.at) > LEASE ? { tab: this.tab, at: Date.now() } : null));
    if (!mine) return false;
    try {
      await work();
    } finally {
      await this.lease((held) => (held && held.tab === this.tab ? { tab: this.tab, at: -Infinity } : null));
    }
    return true;
  }

  // Puts what `next` makes of the lease as it lies there, unless that is null; whether it was put.
  async lease(next) {
    let put = false;
    await this.store.change(["kept"], (of) => {
      const asked = of("kept").get("lease");
      asked.onsuccess = () => {
        const made = next(asked.result || null);
        put = made !== null;
        if (put) of("kept").put(made, "lease");
      };
    });
    return put;
  }
}

// Only the office itself can say that it cannot read something. Any other refusal is of something on the way: a hotel's log-in page, a filter.
function unreadable(failed) {
  return failed instanceof Refused && failed.code === "batch_invalid";
}

function tooLong(failed) {
  return failed instanceof Refused && failed.status === 413;
}

// Whether the office came to an end with a carried batch: its entries were answered, or it will never be taken.
function decided(told) {
  return Boolean(told) && (Array.isArray(told.items) || NEVER.includes(told.code));
}

// What of a carried batch was not taken: some of its entries, or the whole batch, which keeps its text for the office.
function notTaken({ items, code, text }, sealed) {
  if (!Array.isArray(items)) return [{ key: uuid(), answer: "rejected", reason: code, text, sealed }];
  return items.filter((one) => one.answer === "conflict" || one.answer === "rejected");
}
