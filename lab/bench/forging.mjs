// What a forger tries: tokens spoiled bit by bit, and tokens put together wrong but signed with the office's own keys, so that every
// rule of the reader is reached. An encoder of its own: nothing of the scanner's is used to make what the scanner reads.

import { createPrivateKey, sign as signed } from "node:crypto";

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const TEXTS = ["", "https", "HTTPS://", "/S/", "你好", "\u0000", "=", "a", "%2F", "javascript:alert(1)", "\ud800", "😀", "<script>", "A".repeat(300)];

// Random numbers from a seed (mulberry32).
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { next, below, of: (list) => list[below(list.length)], bytes: (count) => Array.from({ length: count }, () => below(256)) };
}

export function base32(bytes) {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 5; ) text += BASE32[(held >> (bits -= 5)) & 31];
  }
  return bits ? text + BASE32[(held << (5 - bits)) & 31] : text;
}

function whole(major, value, wide = 0) {
  const number = BigInt(value);
  const least = number < 24n ? 0 : number < 0x100n ? 1 : number < 0x10000n ? 2 : number < 0x100000000n ? 4 : 8;
  const width = Math.max(least, wide);
  if (width === 0) return [(major << 5) | Number(number)];
  const bytes = [(major << 5) | { 1: 24, 2: 25, 4: 26, 8: 27 }[width]];
  for (let power = width - 1; power >= 0; power -= 1) bytes.push(Number((number >> BigInt(8 * power)) & 255n));
  return bytes;
}

const raw = (bytes) => ({ raw: bytes });
const pairs = (list) => ({ pairs: list });

// CBOR of a number, BigInt, text, byte string (Uint8Array), array, pairs([[key, value] …]) or raw bytes.
function cbor(value, wide = 0) {
  if (typeof value === "number" || typeof value === "bigint") return value < 0 ? whole(1, -1n - BigInt(value), wide) : whole(0, value, wide);
  if (typeof value === "string") return [...whole(3, Buffer.byteLength(value), wide), ...Buffer.from(value)];
  if (value instanceof Uint8Array) return [...whole(2, value.length, wide), ...value];
  if (Array.isArray(value)) return [...whole(4, value.length, wide), ...value.flatMap((one) => cbor(one))];
  if (value.raw) return value.raw;
  return [...whole(5, value.pairs.length, wide), ...value.pairs.flatMap(([key, one]) => [...cbor(key), ...cbor(one)])];
}

const bytes = (list) => Uint8Array.from(list);
const hex = (text) => bytes(Buffer.from(text, "hex"));

export class Forge {
  constructor({ keys, foreign, bases, hosts }, random) {
    this.random = random;
    this.bases = bases;
    this.host = hosts[0];
    this.keys = keys.map((key) => ({ ...key, private: createPrivateKey({ key: key.jwk, format: "jwk" }) }));
    this.foreign = createPrivateKey({ key: foreign, format: "jwk" });
    this.known = new Set(bases.map((base) => base.text));
    this.structures = Object.entries(STRUCTURES);
  }

  // {text, ours, how}: `ours` when an honest signer could have made exactly this text, so that it may be taken for a code of this office.
  one() {
    const drawn = this.random.next();
    const base = this.random.of(this.bases);
    if (drawn < 0.4) return this.known_or_not(this.bits(base), "bits");
    if (drawn < 0.5) return this.known_or_not(this.octets(base), "bytes");
    if (drawn < 0.6) return this.known_or_not(this.letters(base), "letters");
    const [how, make] = this.random.of(this.structures);
    return { how, ours: false, ...make(this, base) };
  }

  known_or_not(text, how) {
    return { text, ours: this.known.has(text), how };
  }

  bits({ token }) {
    const spoiled = Uint8Array.from(token);
    for (let times = 1 + this.random.below(3); times > 0; times -= 1) spoiled[this.random.below(spoiled.length)] ^= 1 << this.random.below(8);
    return this.text(spoiled);
  }

  octets({ token }) {
    const at = this.random.below(token.length);
    const some = this.random.bytes(1 + this.random.below(6));
    return this.text(this.random.of([
      () => token.slice(0, at), () => token.slice(at), () => [...token, ...some], () => [...token.slice(0, at), ...some, ...token.slice(at)],
      () => [...token.slice(0, at), ...token.slice(at + some.length)], () => [...token.slice(0, at), ...some, ...token.slice(at + some.length)],
      () => this.random.bytes(this.random.below(170)), () => [0xd2, 0x84, ...this.random.bytes(this.random.below(150))],
    ])());
  }

  letters({ text }) {
    const at = this.random.below(text.length);
    const letter = String.fromCharCode(this.random.below(0x180));
    return this.random.of([
      () => text.slice(0, at) + letter + text.slice(at + 1), () => text.slice(0, at) + letter + text.slice(at), () => text.slice(0, at) + text.slice(at + 1),
      () => text.toLowerCase(), () => `${text}${"=".repeat(1 + this.random.below(6))}`, () => text.slice(0, at) + text.slice(at).toLowerCase(),
      () => text.slice(0, at), () => `${text} `, () => `${text}\n`, () => `${text}?x=1`, () => text.replace(this.host, this.random.of(TEXTS)),
      () => text.replace("/S/", this.random.of(["/s/", "/X/", "//", "/S//", "/S/S/"])), () => this.random.of(TEXTS) + text, () => text + this.random.of(TEXTS),
      () => text.replace("HTTPS", this.random.of(["HTTP", "https", "Https", "ftp", "HTTPſ"])), () => this.random.of(TEXTS), () => text + text,
    ])();
  }

  text(token) {
    return `${this.host}/S/${base32(token)}`;
  }

  key(kid) {
    return this.keys.find((key) => key.kid === kid);
  }

  other(kind) {
    return this.random.of(this.keys.filter((key) => key.kind !== kind));
  }

  header(kid) {
    return cbor(pairs([[1, -7], [4, hex(kid)]]));
  }

  // The claims of a base in CBOR, with some of them changed; `undefined` leaves one out.
  claims({ payload }, changed = {}) {
    const all = { ...this.plain(payload), ...changed };
    return cbor(pairs([[1, all.iss], [4, all.exp], [6, all.iat], [7, all.cti], [-65537, all.ours]].filter(([, value]) => value !== undefined)));
  }

  plain({ iss, exp, iat, cti, version = 1, kind, scope, flags }) {
    return { iss, exp, iat, cti: hex(cti), ours: [version, kind, scope, flags] };
  }

  sign(header, claims, key) {
    const data = bytes(cbor(["Signature1", bytes(header), bytes([]), bytes(claims)]));
    const made = signed("sha256", data, { key, dsaEncoding: "ieee-p1363" });
    const s = BigInt(`0x${made.subarray(32).toString("hex")}`);
    return bytes([...made.subarray(0, 32), ...thirtyTwo(s > ORDER / 2n ? ORDER - s : s)]);
  }

  put({ header, unprotected = [0xa0], claims, signature, head = [0xd2, 0x84], tail = [] }) {
    return { text: this.text([...head, ...cbor(bytes(header)), ...unprotected, ...cbor(bytes(claims)), ...cbor(bytes(signature)), ...tail]) };
  }

  // A token of these parts, honestly signed by the base's own key; what is not given is as it should be.
  honest(base, { header = this.header(base.kid), claims = this.claims(base), key = this.key(base.kid).private, ...more } = {}) {
    return this.put({ header, claims, signature: this.sign(header, claims, key), ...more });
  }
}

function thirtyTwo(value) {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex");
}

function deep(random) {
  const depth = 2 + random.below(60);
  const [open, close] = random.of([[0x81, 0x00], [0xa1, 0x00], [0x82, 0x80]]);
  const nested = [];
  for (let level = 0; level < depth; level += 1) nested.push(...(open === 0xa1 ? [0xa1, 0x01] : [open]));
  return raw([...nested, close]);
}

const ODD = [
  raw([0xf6]), raw([0xf5]), raw([0xfb, 0x41, 0xda, 0, 0, 0, 0, 0, 0]), raw([0xc1, 0x1a, 0x6a, 0, 0, 0]), raw([0x9f, 0xff]), raw([0xbf, 0xff]), raw([0x5f, 0x41, 1, 0xff]),
  raw([0x1c]), raw([0x1f]), raw([0xf8, 0x20]), raw([0xc2, 0x41, 1]), raw([0xd8, 0x23, 0x61, 0x61]), raw([0x61, 0xff]), raw([0x63, 0xed, 0xa0, 0x80]),
  [], "", bytes([]), pairs([]), -1, (1n << 64n) - 1n, -(1n << 64n), 1n << 53n, "none", [[[[1]]]], pairs([[[1], 2]]),
];

const STRUCTURES = {
  "another kind's kid": (forge, base) => forge.honest(base, { header: forge.header(forge.other(base.kind).kid) }),
  "another kind's key": (forge, base) => {
    const other = forge.other(base.kind);
    return forge.honest(base, { header: forge.header(other.kid), key: other.private });
  },
  "another kind, own key": (forge, base) => {
    const kind = 1 + ((base.payload.kind + forge.random.below(7)) % 8);
    return forge.honest(base, { claims: forge.claims(base, { ours: [1, kind, 0, base.payload.flags] }) });
  },
  "unknown kid": (forge, base) => {
    const kid = forge.random.bytes(2);
    const known = forge.key(Buffer.from(kid).toString("hex"));
    return { ...forge.honest(base, { header: cbor(pairs([[1, -7], [4, bytes(kid)]])) }), ours: known !== undefined && known.kid === base.kid };
  },
  "foreign key": (forge, base) => forge.honest(base, { key: forge.foreign }),
  "algorithm": (forge, base) => {
    const algorithm = forge.random.of([-8, -35, -36, -37, -257, 5, 0, -6, 7, ...ODD]);
    return forge.honest(base, { header: cbor(pairs([[1, algorithm], [4, hex(base.kid)]])) });
  },
  "protected header": (forge, base) => {
    const kid = hex(base.kid);
    const header = forge.random.of([
      pairs([[1, -7]]), pairs([[4, kid]]), pairs([]), pairs([[1, -7], [4, bytes([...kid, 0])]]), pairs([[1, -7], [4, kid.subarray(1)]]), pairs([[1, -7], [4, base.kid]]),
      pairs([[1, -7], [4, kid], [5, forge.random.of(ODD)]]), pairs([[4, kid], [1, -7]]), [1, -7, 4, kid], kid, raw([]), pairs([["1", -7], [4, kid]]),
      pairs([[1, -7], [4, forge.random.of(ODD)]]), pairs([[1, -7], [1, -7], [4, kid]]), pairs([[1, -7], [4, kid], [4, kid]]), pairs([[bytes([1]), -7], [4, kid]]),
    ]);
    return forge.honest(base, { header: cbor(header) });
  },
  "header spelled longer": (forge, base) => {
    const [kid, wide] = [hex(base.kid), forge.random.of([1, 2, 4, 8])];
    return forge.honest(base, { header: forge.random.of([
      () => cbor(pairs([[1, -7], [4, kid]]), wide), () => cbor(pairs([[raw(cbor(1, wide)), -7], [4, kid]])), () => cbor(pairs([[1, raw(cbor(-7, wide))], [4, kid]])),
      () => cbor(pairs([[1, -7], [4, raw(cbor(kid, wide))]])), () => [...forge.header(base.kid), ...forge.random.bytes(1 + forge.random.below(3))],
    ])() });
  },
  "claims spelled longer": (forge, base) => {
    const [{ iss, exp, iat, cti, ours }, wide] = [forge.plain(base.payload), forge.random.of([1, 2, 4, 8])];
    const list = [[1, iss], [4, exp], [6, iat], [7, cti], [-65537, ours]];
    const at = forge.random.below(4);
    const longer = list.map(([key, value], number) => [key, number === at ? raw(cbor(value, at === 1 || at === 2 ? 8 : wide)) : value]);
    return forge.honest(base, { claims: forge.random.of([
      () => cbor(pairs(longer)), () => cbor(pairs(list), wide), () => cbor(pairs([...list.slice(1), list[0]])), () => cbor(pairs(list.slice().reverse())),
      () => [...cbor(pairs(list)), ...forge.random.bytes(1 + forge.random.below(3))], () => cbor(pairs([...list, forge.random.of(list)])),
      () => cbor(pairs([...list.slice(0, 4), [-65537, raw(cbor(ours, wide))]])), () => cbor(pairs([...list.slice(0, 4), [raw(cbor(-65537, 8)), ours]])),
    ])() });
  },
  "claims of other types": (forge, base) => {
    const name = forge.random.of(["iss", "exp", "iat", "cti", "ours"]);
    return forge.honest(base, { claims: forge.claims(base, { [name]: forge.random.of([...ODD, undefined, deep(forge.random)]) }) });
  },
  "claims that are no map": (forge, base) => forge.honest(base, { claims: cbor(forge.random.of([...ODD, deep(forge.random), raw([])])) }),
  "values outside": (forge, base) => {
    const { iss, exp, iat, cti, ours } = forge.plain(base.payload);
    const [, kind, scope, flags] = ours;
    const scoped = kind >= 4 && kind <= 6;
    return forge.honest(base, { claims: forge.claims(base, forge.random.of([
      { ours: [0, kind, scope, flags] }, { ours: [2, kind, scope, flags] }, { ours: [1n << 60n, kind, scope, flags] }, { ours: [1, 0, scope, flags] },
      { ours: [1, 9, scope, flags] }, { ours: [1, -kind, scope, flags] }, { ours: [1, 1n << 40n, scope, flags] }, { ours: [1, kind, -1, flags] },
      { ours: [1, kind, 1000000000000000, flags] }, { ours: [1, kind, (1n << 64n) - 1n, flags] }, { ours: [1, kind, scoped ? -5 : 331102, flags] },
      { ours: [1, kind, scope, 4 + flags] }, { ours: [1, kind, scope, -1] }, { ours: [1, kind, scope, 1n << 63n] }, { ours: [1, kind, scope] },
      { ours: [1, kind, scope, flags, 0] }, { ours: [] }, { exp: iat }, { exp: iat - 1 }, { exp: 4294967296 }, { exp: 1n << 62n }, { iat: 1577836799 }, { iat: -1 },
      { iat: exp }, { cti: cti.subarray(1) }, { cti: bytes([...cti, 0]) }, { cti: bytes([]) }, { iss: iss.toLowerCase() }, { iss: iss[0] }, { iss: `${iss}X` },
      { iss: "" }, { iss: "L\u0130" }, { iss: "１２" }, { iss: "L " }, { iss: "ſS" },
    ])) });
  },
  "another issuer": (forge, base) => forge.honest(base, { claims: forge.claims(base, { iss: forge.random.of(["XX", "00", "SL", "L5"]) }) }),
  "high s": (forge, base) => {
    const [header, claims] = [forge.header(base.kid), forge.claims(base)];
    const low = forge.sign(header, claims, forge.key(base.kid).private);
    const twin = thirtyTwo(ORDER - BigInt(`0x${Buffer.from(low.subarray(32)).toString("hex")}`));
    return forge.put({ header, claims, signature: [...low.subarray(0, 32), ...twin] });
  },
  "signature spoiled": (forge, base) => {
    const [header, claims] = [forge.header(base.kid), forge.claims(base)];
    const good = [...forge.sign(header, claims, forge.key(base.kid).private)];
    const [r, s] = [good.slice(0, 32), good.slice(32)];
    const value = (bytes) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
    return forge.put({ header, claims, signature: forge.random.of([
      () => good.slice(0, 63), () => [...good, 0], () => [], () => [...good, ...good], () => [...thirtyTwo(0n), ...s], () => [...r, ...thirtyTwo(0n)],
      () => [...thirtyTwo(ORDER), ...s], () => [...r, ...thirtyTwo(ORDER)], () => [...s, ...r], () => [...thirtyTwo((1n << 256n) - 1n), ...s],
      () => [...thirtyTwo(1n), ...thirtyTwo(1n)], () => [...r, ...thirtyTwo(value(s) > 1n ? value(s) - 1n : 2n)], () => [0x30, 0x44, 2, 32, ...r, 2, 32, ...s],
    ])() });
  },
  "spliced": (forge, base) => {
    const others = forge.bases.filter((one) => one.kid === base.kid && one.text !== base.text);
    if (!others.length) return { text: base.text, ours: true };
    return forge.put({ header: forge.header(base.kid), claims: forge.claims(base), signature: forge.random.of(others).signature });
  },
  "unprotected header": (forge, base) => {
    const kid = hex(base.kid);
    return forge.honest(base, { unprotected: cbor(forge.random.of([
      pairs([[4, kid]]), pairs([[1, -7]]), pairs([[1, -7], [1, -7]]), pairs([[33, "x"]]), pairs([[4, kid], [1, 5]]), ...ODD.filter((odd) => !odd.pairs || odd.pairs.length),
      deep(forge.random), raw([0xb8, 0x00]), raw([0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), raw([0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ])) });
  },
  "around it": (forge, base) => forge.honest(base, forge.random.of([
    { tail: forge.random.bytes(1 + forge.random.below(4)) }, { tail: [0] }, { head: [0x84] }, { head: [0xd8, 0x12, 0x84] }, { head: [0xd8, 0x3d, 0xd2, 0x84] },
    { head: [0xd2, 0xd2, 0x84] }, { head: [0xd2, 0x98, 0x04] }, { head: [0xd2, 0x85], tail: [0] }, { head: [0xd2, 0x83] }, { head: [0xd2, 0x9f], tail: [0xff] },
    { head: [0xd1, 0x84] }, { head: [0xd2, 0x81, 0x84] }, { head: [0xd2, 0x9b, 0, 0, 0, 0, 0, 0, 0, 4] }, { tail: Array(30).fill(0) },
  ])),
  "honest": (forge, base) => {
    const cti = bytes(forge.random.bytes(10));
    return { ...forge.honest(base, { claims: forge.claims(base, { cti }) }), ours: true };
  },
  "as printed": (forge, base) => ({ text: base.text, ours: true }),
};
