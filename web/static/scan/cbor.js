// The part of CBOR (RFC 8949) that a code is made of, read without trust in its writer: integers, byte strings, text, arrays
// and maps of definite length, three levels deep. Longer spellings are read here; that there is only one spelling is checked
// by encoding again. Twin of codes/cbor.py, with the same words in the same order.

import { toHex } from "./base32.js";

const DEEPEST = 3;
const LENGTHS = { 24: 1, 25: 2, 26: 4, 27: 8 };
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Unreadable extends Error {
  constructor(problem) {
    super(problem);
    this.problem = problem;
  }
}

// A map whose keys are integers, text or byte strings; byte strings are compared by what they hold.
export class Pairs {
  constructor() {
    this.pairs = new Map();
  }

  get size() {
    return this.pairs.size;
  }

  has(key) {
    return this.pairs.has(named(key));
  }

  get(key) {
    return this.pairs.get(named(key));
  }

  set(key, value) {
    this.pairs.set(named(key), value);
  }
}

function named(key) {
  if (typeof key === "string") return `text ${key}`;
  return key instanceof Uint8Array ? `bytes ${toHex(key)}` : `number ${key}`;
}

// The single item that `data` holds: a number (a BigInt beyond 2⁵³), string, Uint8Array, Array or Pairs. Throws Unreadable:
// `malformed` for what is cut short, too deep or of another type, `not_canonical` for a key given twice and for bytes after the item.
export function oneItem(data) {
  const reader = new Reader(data);
  const item = reader.item(0);
  if (reader.at !== data.length) throw new Unreadable("not_canonical");
  return item;
}

export function isInteger(value) {
  return typeof value === "number" || typeof value === "bigint";
}

class Reader {
  constructor(data) {
    this.data = data;
    this.at = 0;
  }

  item(depth) {
    if (this.at >= this.data.length || depth > DEEPEST) throw new Unreadable("malformed");
    const { major, value } = this.head();
    switch (major) {
      case 0:
        return value;
      case 1:
        return typeof value === "bigint" ? -1n - value : -1 - value;
      case 2:
        return this.taken(value);
      case 3:
        return this.text(value);
      case 4:
        return this.array(value, depth);
      case 5:
        return this.map(value, depth);
      default:
        throw new Unreadable("malformed");
    }
  }

  head() {
    const first = this.data[this.at];
    const major = first >> 5;
    const short = first & 31;
    this.at += 1;
    if (short < 24) return { major, value: short };
    if (LENGTHS[short] === undefined) throw new Unreadable("malformed");
    let value = 0n;
    for (const byte of this.taken(LENGTHS[short])) value = (value << 8n) | BigInt(byte);
    return { major, value: value < BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value };
  }

  taken(count) {
    if (count > this.data.length - this.at) throw new Unreadable("malformed");
    const from = this.at;
    this.at += count;
    return this.data.subarray(from, this.at);
  }

  text(count) {
    const raw = this.taken(count);
    try {
      return UTF8.decode(raw);
    } catch {
      throw new Unreadable("malformed");
    }
  }

  array(count, depth) {
    const items = [];
    for (let number = 0; number < count; number += 1) items.push(this.item(depth + 1));
    return items;
  }

  map(count, depth) {
    const pairs = new Pairs();
    for (let number = 0; number < count; number += 1) {
      const key = this.item(depth + 1);
      if (!isInteger(key) && typeof key !== "string" && !(key instanceof Uint8Array)) throw new Unreadable("malformed");
      if (pairs.has(key)) throw new Unreadable("not_canonical");
      pairs.set(key, this.item(depth + 1));
    }
    return pairs;
  }
}

// The head of an item in its one spelling: `value` is a whole number below 2⁵³.
export function head(major, value) {
  if (value < 24) return [(major << 5) | value];
  const wide = value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x100000000 ? 4 : 8;
  const bytes = [(major << 5) | { 1: 24, 2: 25, 4: 26, 8: 27 }[wide]];
  for (let power = wide - 1; power >= 0; power -= 1) bytes.push(Math.floor(value / 256 ** power) % 256);
  return bytes;
}

export function byteString(bytes) {
  return [...head(2, bytes.length), ...bytes];
}
