// The shift PIN. A phone that nobody touched for a quarter of an hour, or that was opened anew, shows nothing until it is typed; it goes on sending.

import { fromBase64url, toBase64url } from "./base32.js";

const ROUNDS = 250000;
const UNTOUCHED = 15 * 60000;
const FREE_TRIES = 5;
const FIRST_WAIT = 30000;
const LONGEST_WAIT = 3600000;
const PIN = /^\d{4,6}$/;

export class Shift {
  constructor({ store, clock, onLock }) {
    Object.assign(this, { store, clock, onLock, isOpen: false, touched: 0, kept: null });
  }

  async load() {
    this.kept = (await this.store.get("pin")) || null;
    for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, () => this.touch(), { passive: true });
    document.addEventListener("visibilitychange", () => this.look());
    setInterval(() => this.look(), 5000);
  }

  get isSet() {
    return this.kept !== null;
  }

  static fits(pin) {
    return PIN.test(pin);
  }

  async set(pin) {
    const salt = toBase64url(crypto.getRandomValues(new Uint8Array(16)));
    this.kept = { salt, hash: await hashed(pin, salt), wrong: 0, notBefore: 0 };
    await this.store.put("pin", this.kept);
    this.open();
  }

  // How long to wait before the next try, in ms.
  get wait() {
    const left = this.kept === null ? 0 : this.kept.notBefore - this.clock.now();
    return Math.max(0, Math.min(left, LONGEST_WAIT));
  }

  // Whether this is the PIN. Every try is counted on the disk before it is answered, so that a reload gives none back.
  async unlock(pin) {
    if (this.wait > 0) return false;
    const wrong = this.kept.wrong + 1;
    const over = wrong - FREE_TRIES;
    const notBefore = over < 0 ? 0 : this.clock.now() + Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(over, 10));
    this.kept = { ...this.kept, wrong, notBefore };
    await this.store.put("pin", this.kept);
    if ((await hashed(pin, this.kept.salt)) !== this.kept.hash) return false;
    this.kept = { ...this.kept, wrong: 0, notBefore: 0 };
    await this.store.put("pin", this.kept);
    this.open();
    return true;
  }

  open() {
    this.isOpen = true;
    this.touch();
  }

  touch() {
    this.touched = this.clock.now();
  }

  look() {
    if (this.isOpen && Math.abs(this.clock.now() - this.touched) >= UNTOUCHED) this.lock();
  }

  lock() {
    this.isOpen = false;
    this.onLock();
  }
}

async function hashed(pin, salt) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: fromBase64url(salt), iterations: ROUNDS }, key, 256);
  return toBase64url(new Uint8Array(bits));
}
