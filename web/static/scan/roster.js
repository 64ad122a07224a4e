// The list of names, only on a phone that was enrolled with it: encrypted under a key that cannot be taken out, open in memory while the phone is
// unlocked, gone when the order closes, the time is over, or the official signs out.

import { fromHex, toHex } from "./base32.js";
import { Refused } from "./line.js";
import { seal, sealingKey, unseal } from "./sealing.js";

const EVERY = 300000;
const KEPT = "roster";
const KEY = "rosterKey";
// The office's own words for it: a log-in page on the way that refuses everything takes nobody's list away.
const TAKEN_AWAY = ["list_not_given", "device_revoked", "device_unknown"];

export class Roster {
  constructor({ store, clock, onChange }) {
    Object.assign(this, { store, clock, onChange, grant: null, open: null, unlocked: false, asked: -Infinity });
  }

  get given() {
    return this.grant !== null && this.clock.now() < this.grant.until;
  }

  // What the office says of this phone's right to the list. Without one nothing of it stays here.
  async granted(grant) {
    this.grant = grant ? { order: grant.order, until: Number(grant.until) } : null;
    const kept = await this.store.get(KEPT);
    if (kept && (!this.given || kept.order !== this.grant.order)) await this.wipe();
  }

  async unlock() {
    this.unlocked = true;
    const [kept, key] = [await this.store.get(KEPT), await this.store.get(KEY)];
    if (!this.given) await this.wipe();
    else if (kept && key) this.index(await unseal(key, kept.sealed));
    this.onChange();
  }

  lock() {
    this.unlocked = false;
    this.open = null;
  }

  async wipe() {
    this.open = null;
    await this.store.change(["kept"], (of) => {
      of("kept").delete(KEPT);
      of("kept").delete(KEY);
    });
    this.onChange();
  }

  async refresh(line) {
    if (!this.given) {
      if (this.grant !== null) await this.wipe();
      return;
    }
    if (!this.unlocked || Math.abs(this.clock.now() - this.asked) < EVERY) return;
    this.asked = this.clock.now();
    try {
      const told = await line.post("/api/v1/devices/roster");
      await this.keep({ order: told.order, made: told.made, households: told.households });
    } catch (refused) {
      if (!(refused instanceof Refused) || !TAKEN_AWAY.includes(refused.code)) throw refused;
      this.grant = null;
      await this.wipe();
    }
  }

  async keep(list) {
    const key = await sealingKey(this.store, KEY);
    await this.store.put(KEPT, { order: list.order, sealed: await seal(key, list) });
    if (this.unlocked) this.index(list);
    this.onChange();
  }

  index(list) {
    const members = list.households.flatMap((household) => household.members.map((member) => ({ member, household })));
    this.open = {
      list,
      byPerson: new Map(members.map((one) => [one.member.person, one])),
      byCode: new Map(members.flatMap((one) => (one.member.cti8 || []).map((hash) => [hash, one]))),
      byShort: new Map(members.flatMap((one) => (one.member.short || []).map((short) => [short, one]))),
      byCard: new Map(list.households.filter((household) => household.card).map((household) => [household.card, household])),
    };
  }

  // Whose code this is: {member, household}, or null.
  async ofCode(cti) {
    return this.open === null ? null : this.open.byCode.get(await cti8(cti)) || null;
  }

  async householdOf(cti) {
    return this.open === null ? null : this.open.byCard.get(await cti8(cti)) || null;
  }

  ofShort(short) {
    return this.open === null ? null : this.open.byShort.get(short) || null;
  }

  ofPerson(person) {
    return this.open === null ? null : this.open.byPerson.get(person) || null;
  }

  // What this phone itself recorded shows at once, before the office has heard of it. Never safer than the office will say.
  async stand(people, standing, { safe = GONE.includes(standing) } = {}) {
    if (this.open === null) return;
    for (const person of people) {
      const found = this.open.byPerson.get(person);
      if (found) Object.assign(found.member, { standing, safe });
    }
    const key = await this.store.get(KEY);
    if (key) await this.store.put(KEPT, { order: this.open.list.order, sealed: await seal(key, this.open.list) });
  }
}

const GONE = ["at_shelter", "with_relatives", "safe_elsewhere"];

// Whether the office counts somebody as safe. Being with relatives is not enough where these live inside the area, nor being heard of.
export function isSafe(member) {
  return member.safe === true;
}

// How somebody stands, in a word that a list may show beside the colour.
export function standingOf(member) {
  return !isSafe(member) && GONE.includes(member.standing) ? "waiting" : member.standing;
}

async function cti8(cti) {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", fromHex(cti))).subarray(0, 8));
}
