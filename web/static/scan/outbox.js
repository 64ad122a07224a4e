// What happened in front of this phone and is not in the register yet. Every entry lies encrypted, under a key of its own, and is forgotten
// only when the office says that it has it. What the office does not take stays visible.

import { alertsIn, raise } from "./alerts.js";
import { uuid } from "./ids.js";
import { sealingKey, seal, unseal } from "./sealing.js";
import { signature } from "./signing.js";

export const MOST_ITEMS = 100;
const SAME_BODY = 15000;
const PATH = "/api/v1/scans";
const RECENT = 50;
const DAY = 86400000;
const DAILY = ["relief", "checkpoint"]; // Who got relief goods, and which pass went in, is known for the whole day.

export class Outbox {
  static async open({ store, clock, version }) {
    return new Outbox({ store, clock, version, key: await sealingKey(store, "outboxKey") });
  }

  constructor({ store, clock, version, key }) {
    Object.assign(this, { store, clock, version, key });
  }

  // On the disk when this resolves: the entry, its place in the queue and what the list of the last scans shows, in one transaction.
  async record(item, { id = null, label = null, warned = false } = {}) {
    const sealed = await seal(this.key, item);
    const shown = {
      key: item.key, at: item.at, what: item.what, purpose: item.purpose, place: item.place, way: item.way, verdict: item.verdict, reason: item.reason,
      drill: item.drill, counts: counts(item), id, label, warned, annuls: item.annuls,
    };
    await this.store.change(["kept", "outbox", "recent"], (of) => {
      const asked = of("kept").get("seq");
      asked.onsuccess = () => {
        const seq = (asked.result || 0) + 1;
        of("kept").put(seq, "seq");
        of("outbox").put({ key: item.key, seq, at: item.at, sealed });
        of("recent").put({ ...shown, seq });
        trim(of("recent"));
      };
    });
    return item;
  }

  // The next place in the queue, for an entry that is sent without being kept.
  async turn() {
    let seq = 0;
    await this.store.change(["kept"], (of) => {
      const asked = of("kept").get("seq");
      asked.onsuccess = () => {
        seq = (asked.result || 0) + 1;
        of("kept").put(seq, "seq");
      };
    });
    return seq;
  }

  async size() {
    return (await this.store.count("outbox")) + (await this.store.count("carried"));
  }

  // The instant of the oldest entry, or null.
  async oldest() {
    const [first] = await this.store.firsts("outbox", 1);
    return first ? first.at : null;
  }

  async items(limit = Infinity, only = null) {
    const entries = only === null ? await this.store.firsts("outbox", limit) : await this.store.some("outbox", only);
    entries.sort((one, other) => one.seq - other.seq);
    return Promise.all(entries.map(async ({ seq, sealed }) => ({ ...(await unseal(this.key, sealed)), seq })));
  }

  // The next batch, signed and kept before it is sent; null when nothing waits. A batch whose answer was lost goes out again as it was.
  // After some seconds it is signed anew: its entries and their keys stay, but what it says of this phone's clock would no longer be true.
  async next(identity, limit = MOST_ITEMS) {
    const [kept] = await this.store.all("batches");
    if (kept && kept.keys.length <= limit && Math.abs(this.clock.now() - kept.at) < SAME_BODY) {
      return { ...kept, body: await unseal(this.key, kept.sealed) };
    }
    const items = await this.items(limit, kept && kept.keys.length <= limit ? kept.keys : null);
    if (items.length === 0) {
      if (kept) await this.store.change(["batches"], (of) => of("batches").clear());
      return null;
    }
    const made = await this.signed(items, identity, { exported: false });
    const batch = { batch: made.batch, keys: items.map((item) => item.key), at: made.at, signature: made.signature, sealed: await seal(this.key, made.body) };
    await this.store.change(["batches"], (of) => {
      of("batches").clear();
      of("batches").put(batch);
    });
    return { ...batch, body: made.body };
  }

  async signed(items, { device, pair }, { exported }) {
    const [batch, at] = [uuid(), this.clock.now()];
    const body = JSON.stringify({ batch, device, at, exported, app: this.version, items });
    return { batch, at, body, signature: await signature(pair, "POST", PATH, body) };
  }

  // Everything that waits, as signed batches for a file or for the next owner of this phone.
  async packed(identity, items) {
    const batches = [];
    for (let at = 0; at < items.length; at += MOST_ITEMS) {
      const { body, signature: signed } = await this.signed(items.slice(at, at + MOST_ITEMS), identity, { exported: true });
      batches.push({ body, signature: signed });
    }
    return batches;
  }

  // Signed batches of other phones, or of this one under its former key: {id, body, signature}, as they lie here, and open.
  async carried() {
    const kept = await this.store.all("carried");
    return Promise.all(kept.map(async ({ id, sealed }) => ({ id, sealed, ...(await unseal(this.key, sealed)) })));
  }

  // How such batches may lie on this phone: names may stand in them.
  async wrapped(batches) {
    return Promise.all(batches.map(async ({ id, body, signature: signed }) => ({ id, sealed: await seal(this.key, { body, signature: signed }) })));
  }

  // What the office answered: what it has is forgotten here, what it did not take moves to where everybody sees it. Gives what must be seen at once.
  async settle(batch, answers) {
    const warned = new Set((await this.store.some("recent", batch.keys)).filter((one) => one.warned).map((one) => one.key));
    const alerts = alertsIn(answers.filter(({ key }) => batch.keys.includes(key)), this.clock.now()).filter((one) => one.why !== "inside" || !warned.has(one.key));
    await this.store.change(["kept", "outbox", "batches", "refused"], (of) => {
      raise(of, alerts);
      for (const { key, answer, reason, text } of answers) {
        if (!batch.keys.includes(key)) continue;
        if (answer === "conflict" || answer === "rejected") move(of, key, { answer, reason, text });
        else if (answer === "accepted" || answer === "duplicate") of("outbox").delete(key);
      }
      of("batches").delete(batch.batch);
    });
    return alerts;
  }

  async recent() {
    const shown = await this.store.all("recent");
    return shown.sort((one, other) => other.seq - one.seq);
  }

  async refused() {
    const kept = await this.store.all("refused");
    return kept.sort((one, other) => other.at - one.at);
  }

  // Seen by the official: the office keeps its own list.
  async forget(key) {
    await this.store.change(["refused"], (of) => of("refused").delete(key));
  }
}

function move(of, key, said) {
  const asked = of("outbox").get(key);
  asked.onsuccess = () => {
    if (!asked.result) return;
    of("refused").put({ ...asked.result, ...said });
    of("outbox").delete(key);
  };
}

// Whether this entry counted somebody, so that the next scan of the same code is a repeat.
function counts({ verdict, confirmed, what }) {
  return what !== "undo" && (verdict === "go" || (verdict === "check" && confirmed));
}

function trim(recent) {
  const asked = recent.getAll();
  asked.onsuccess = () => {
    const sorted = asked.result.sort((one, other) => other.seq - one.seq);
    const today = (one) => DAILY.includes(one.purpose) && sorted[0].at - one.at < DAY;
    for (const one of sorted.slice(RECENT)) if (!today(one)) recent.delete(one.key);
  };
}
