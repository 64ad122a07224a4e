// The two lists in use: what the office's root key says of its keys, and which codes were withdrawn. Kept as the signed texts that came,
// from the network or by hand, and checked again whenever they are read.

import { ListRefused, openRevoked, openTrust } from "./lists.js";
import { Unreached, Refused } from "./line.js";
import { OFFICE } from "./office.js";

const PATHS = { trust: "/api/v1/trust.json", revoked: "/api/v1/revoked.json" };
const END_OF_TIME = new Date(8.64e15);

export class Lists {
  constructor({ store, clock, line, onChange }) {
    Object.assign(this, { store, clock, line, onChange });
    this.trust = null;
    this.revoked = null;
    this.asked = -Infinity;
  }

  // What was accepted before is not from the future, whatever this phone's clock says today.
  async load() {
    const [trust, revoked] = [await this.store.get("trust"), await this.store.get("revoked")];
    try {
      if (trust) this.trust = await openTrust(trust, { root: OFFICE.root, now: END_OF_TIME });
      if (revoked && this.trust) this.revoked = await openRevoked(revoked, { trust: this.trust, now: END_OF_TIME });
    } catch (refused) {
      if (!(refused instanceof ListRefused)) throw refused; // Kept under another root key, or damaged: the next one replaces it.
    }
  }

  // A list in `text`, of either kind. Gives "trust" or "revoked"; throws ListRefused, and then the lists in use stay in use.
  async adopt(text) {
    const now = this.clock.right();
    if (OFFICE.root === null) throw new ListRefused("no_root");
    if (kindOf(text) === "trust") {
      this.trust = await openTrust(text, { root: OFFICE.root, now, newest: this.trust });
      await this.store.put("trust", text);
      this.onChange();
      return "trust";
    }
    if (this.trust === null) throw new ListRefused("trust_first");
    this.revoked = await openRevoked(text, { trust: this.trust, now, newest: this.revoked });
    await this.store.put("revoked", text);
    this.onChange();
    return "revoked";
  }

  // Both lists from the office. Nothing is thrown for a network that is away; a list that is refused is told.
  async refresh() {
    for (const kind of ["trust", "revoked"]) {
      try {
        await this.adopt(await this.line.text(PATHS[kind]));
      } catch (problem) {
        if (problem instanceof ListRefused) return problem;
        if (!(problem instanceof Unreached || problem instanceof Refused)) throw problem;
        return null; // Asked again with the next round.
      }
    }
    this.asked = this.clock.now();
    return null;
  }

  // Whether the office has newer ones than these, or it is time to ask.
  due(told, every) {
    if (this.trust === null || this.revoked === null) return true;
    if (told && (told.trust > this.trust.sequence || told.revoked > this.revoked.sequence)) return true;
    return Math.abs(this.clock.now() - this.asked) >= every;
  }

  get complete() {
    return this.trust !== null && this.revoked !== null;
  }

  stale(now) {
    return !this.complete || this.trust.stale(now) || this.revoked.stale(now);
  }

  // The trust list was signed after "now": this phone's clock is behind.
  clockWrong(now) {
    return this.trust !== null && now.getTime() < this.trust.issuedAt - 600000;
  }
}

// Which list a text claims to be; whether it is, only its signature says.
export function kindOf(text) {
  const found = /"protected"\s*:\s*"([A-Za-z0-9_-]{1,200})"/.exec(text.length < 400000 ? text : text.slice(0, 2000) + text.slice(-2000));
  if (found === null) return null;
  try {
    const header = atob(found[1].replace(/-/g, "+").replace(/_/g, "/"));
    return header.includes("mashang-trust+json") ? "trust" : "revoked";
  } catch {
    return null;
  }
}
