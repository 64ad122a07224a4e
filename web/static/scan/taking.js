// From what was seen to what is recorded: read, judge, ask where a person must decide, store, and only then show the green screen.

import { toHex } from "./base32.js";
import { householdSheet } from "./household.js";
import { uuid } from "./ids.js";
import { PURPOSES, judge, offersWalkIn, typed } from "./judging.js";
import { OFFICE } from "./office.js";
import { takeBack } from "./undo.js";
import { face } from "./verdict.js";
import { walkInScreen } from "./walkin.js";
import { read } from "./verify.js";
import { clockTime, say } from "./words.js";

const AGAIN = 60000;
const LONGEST = 512;
const SINGLE = ["pass", "vehicle"]; // One person, one vehicle. A team's code is shown by each of its people.
const STANDING = { shelter_in: "at_shelter", to_relatives: "with_relatives", shelter_out: "left" };

export class Taking {
  constructor(app) {
    this.app = app;
    this.busy = false;
  }

  // One thing at a time: what comes while a verdict stands is not taken.
  async once(work) {
    if (this.busy || !this.app.shift.isOpen) return null;
    this.busy = true;
    try {
      return await work();
    } catch (broken) {
      console.error(broken);
      return await this.told("no", "not_stored");
    } finally {
      this.busy = false;
    }
  }

  // The text of a QR, from the camera or a photo. It is read and compared; nothing in it is ever opened.
  code(text, via) {
    return this.once(async () => {
      const { lists, clock } = this.app;
      if (lists.trust === null) return this.told("no", "lists_missing");
      const now = clock.right();
      const reading = await read(text, { hosts: OFFICE.hosts, trust: lists.trust, revoked: lists.revoked, now });
      const judged = judge(reading, { ...this.situation, stale: lists.stale(now) });
      const { payload } = reading;
      const id = payload ? payload.cti : `text:${await digest(text)}`;
      const seen = { ...judged, id, via, payload, text: payload || ours(text) ? text : id };
      return this.judged(seen, payload ? await this.owner(payload) : null);
    });
  }

  // A short code that somebody typed, and whom the register or the list on this phone found behind it.
  short(short, found = null) {
    return this.once(async () => {
      const known = this.app.roster.ofShort(short);
      const owner = known ? { name: known.member.name, person: known.member.person } : found && found.person ? found : null;
      return this.judged({ ...typed(found && found.reason), id: `short:${short}`, via: "typed", payload: null, text: short }, owner);
    });
  }

  // Somebody found by ID number, phone or name.
  person(found) {
    const seen = { verdict: "check", reason: "name_not_checked", id: `person:${found.person}`, via: "name", payload: null, text: null };
    return this.once(() => this.judged(seen, found));
  }

  get situation() {
    const { choice, place, drill } = this.app;
    return { purpose: choice.purpose, area: place && place.area, drill };
  }

  async owner({ kind, cti }) {
    const { roster } = this.app;
    if (kind === "household") {
      const household = await roster.householdOf(cti);
      return household ? { household } : null;
    }
    const known = await roster.ofCode(cti);
    return known ? { name: known.member.name, person: known.member.person } : null;
  }

  async judged(seen, owner) {
    const before = seen.verdict === "no" ? null : await this.before(seen.id);
    if (before) return this.again(seen, owner, before);
    if (seen.verdict === "no") return this.refuse(seen);
    if (seen.verdict === "check") return this.check(seen, owner);
    return this.go(seen, owner);
  }

  // The last time that this phone counted this code for the same purpose, place and way, if that was less than a minute ago; relief goods: today, anywhere.
  // What was counted in a drill says nothing of what is real, nor the other way round.
  async before(id) {
    const { choice, clock, outbox, drill } = this.app;
    const all = await outbox.recent();
    const undone = new Set(all.map((one) => one.annuls).filter(Boolean));
    return all.find((one) => {
      if (one.id !== id || one.purpose !== choice.purpose || one.drill !== drill || !one.counts || undone.has(one.key)) return false;
      if (one.purpose === "relief") return new Date(one.at).toDateString() === new Date(clock.now()).toDateString();
      return one.place === choice.place && one.way === (choice.way || null) && Math.abs(clock.now() - one.at) < AGAIN;
    });
  }

  async again(seen, owner, before) {
    const household = seen.payload && seen.payload.kind === "household";
    const said = await this.told("known", "known", { time: clockTime(before.at) }, household ? [["more", say("others_here")]] : []);
    if (said === "more") await this.go(seen, owner);
  }

  async go(seen, owner, { confirmed = false } = {}) {
    const members = await this.members(seen, owner);
    if (members === null) return;
    const inside = await this.inside(seen);
    const item = this.item({ ...this.parts(seen, owner), members: members.length ? members : null, confirmed });
    await this.keep(item, seen.id, owner, members, { warned: inside !== null });
    if (inside) await this.warn(item, inside);
    else if (confirmed) this.app.toast(say("recorded_at", { time: clockTime(item.at) }));
    else await this.told("go", seen.payload && seen.payload.live ? "ok_live" : "ok", {}, [], { name: owner && owner.name, quick: true });
  }

  // By which crossing a pass is inside already, as far as this phone knows, when it is about to go in again; null when it is not.
  async inside({ id, payload }) {
    const { choice, drill, outbox } = this.app;
    if (choice.purpose !== "checkpoint" || choice.way !== "in" || (payload && !SINGLE.includes(payload.kind))) return null;
    const all = await outbox.recent();
    const undone = new Set(all.map((one) => one.annuls).filter(Boolean));
    const last = all.find((one) => one.id === id && one.purpose === "checkpoint" && one.drill === drill && one.counts && !undone.has(one.key));
    return last && last.way === "in" ? last : null;
  }

  // It is recorded: who stands there may be somebody else with a copy, and only the guard can see that.
  async warn(item, inside) {
    const answers = [["ok", say("inside_let")], ["undo", say("inside_undo")]];
    const said = await this.told("check", "inside", { time: clockTime(inside.at) }, answers, { closes: false });
    if (said !== "undo") return;
    await takeBack(this.app, item);
    this.app.toast(say("taken_back"));
  }

  // Whether the name matches is for whoever stands there. Both answers are kept; only a yes counts.
  async check(seen, owner) {
    const answers = [["yes", say("matches_yes")], ["no", say("matches_no")]];
    const said = await this.told("check", seen.reason, {}, answers, { name: owner && owner.name });
    if (said === "yes") await this.go(seen, owner, { confirmed: true });
    else if (said === "no") {
      await this.keep(this.item(this.parts(seen, owner)), seen.id, null, []);
      this.app.toast(say("not_counted"));
    }
  }

  async refuse(seen) {
    if (!(await this.refusedBefore(seen.id))) await this.keep(this.item(this.parts(seen, null)), seen.id, null, []);
    const offers = offersWalkIn(seen.verdict, this.app.choice.purpose) ? [["walk_in", say("walk_in")]] : [];
    const said = await this.told("no", seen.reason, {}, offers);
    if (said === "walk_in") this.app.show(walkInScreen);
  }

  async refusedBefore(id) {
    const all = await this.app.outbox.recent();
    return all.some((one) => one.id === id && one.verdict === "no" && one.drill === this.app.drill && Math.abs(this.app.clock.now() - one.at) < AGAIN);
  }

  // Who of a household is here: their numbers on the card. null when it was left without an answer.
  async members({ payload }, owner) {
    if (!payload || payload.kind !== "household" || PURPOSES[this.app.choice.purpose].passes) return [];
    return householdSheet(owner ? owner.household : null);
  }

  parts({ verdict, reason, via, text }, owner) {
    return { verdict, reason, via, text, person: text === null && owner ? owner.person : null };
  }

  // An entry as the office takes it.
  item(parts) {
    const { choice, clock, lists, drill } = this.app;
    return {
      key: uuid(), what: "scan", purpose: choice.purpose, place: choice.place || null, way: choice.way || null, drill,
      text: null, person: null, walk_in: null, count: null, members: null, standing: null, means: null, confirmed: false, override: null,
      note: choice.purpose === "to_relatives" ? choice.note || "" : "", annuls: null,
      trust: lists.trust ? lists.trust.sequence : null, revoked: lists.revoked ? lists.revoked.sequence : null, ...clock.stamp(), ...parts,
    };
  }

  async keep(item, id, owner, members, { warned = false } = {}) {
    await this.app.outbox.record(item, { id, warned });
    const standing = STANDING[item.purpose];
    const people = owner && owner.household
      ? owner.household.members.filter((one) => members.includes(one.number)).map((one) => one.person)
      : owner && owner.person ? [owner.person] : [];
    if (standing && people.length) await this.app.roster.stand(people, standing);
    this.app.status.refresh();
    this.app.sync.run();
  }

  told(word, reason, fields = {}, answers = [], extra = {}) {
    return face(this.app, { word, reason, fields, answers, ...extra });
  }
}

// Whether a text looks like a code of some office. Others are somebody's own business: of these only a fingerprint is kept.
function ours(text) {
  return text.length <= LONGEST && /^https?:\/\/[^/]+\/s\/[\x21-\x7e]*$/i.test(text);
}

async function digest(text) {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))).slice(0, 32);
}
