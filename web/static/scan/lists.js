// What a scanner trusts: trust.json, signed by the root key, and revoked.json, signed by the status key. Twin of codes/trustlist.py
// and codes/documents.py; SPEC.md §8. Nothing is believed before the signature, and a refused list leaves the one in use in use.

import { fromBase64url, fromHex, toBase64url } from "./base32.js";
import { KINDS, isLow } from "./token.js";

export const LONGEST_TRUST = 256 * 1024;
export const LONGEST_REVOKED = 16 * 1024 * 1024;
export const FAST_CLOCK = 600000;
export const OLD = 24 * 3600000;

const ES256 = { name: "ECDSA", hash: "SHA-256" };
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const STATUSES = ["next", "active", "retired", "compromised"];
const LAST_SECOND = 253402300799;
const EIGHT = 8;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class ListRefused extends Error {
  constructor(problem) {
    super(problem);
    this.problem = problem;
  }
}

export class Trust {
  constructor({ issuer, sequence, issuedAt, validUntil, keys, statusKey, contents }) {
    Object.assign(this, { issuer, sequence, issuedAt, validUntil, keys, statusKey, contents });
    this.byKid = new Map(keys.map((key) => [key.kid, key]));
    if (this.byKid.size !== keys.length) throw new ListRefused("malformed");
  }

  key(kid) {
    return this.byKid.get(kid) || null;
  }

  age(now) {
    return now.getTime() - this.issuedAt;
  }

  // Past its date: every reading by it is amber, none is refused for it.
  stale(now) {
    return now.getTime() > this.validUntil;
  }
}

export class Revoked {
  constructor({ issuer, sequence, issuedAt, hashes, contents }) {
    Object.assign(this, { issuer, sequence, issuedAt, hashes, contents });
  }

  get size() {
    return this.hashes.length / EIGHT;
  }

  // Whether the code with this cti (hex) was withdrawn.
  async has(cti) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", fromHex(cti)));
    return this.holds(hash);
  }

  holds(hash) {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = compared(this.hashes, middle * EIGHT, hash, 0);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return false;
  }

  age(now) {
    return now.getTime() - this.issuedAt;
  }

  stale(now) {
    return this.age(now) > OLD;
  }
}

// The trust list in `text`; `root` is {x, y} in base64url, `newest` the list in use or null. Throws ListRefused.
export async function openTrust(text, { root, now, newest = null }) {
  const key = await point({ alg: "ES256", x: root.x, y: root.y });
  const body = await openDocument(text, { kind: "mashang-trust+json", key, longest: LONGEST_TRUST });
  const trust = await wellFormed(async () => {
    const start = beginning(body);
    const keys = await Promise.all(list(body.keys).map(trustKey));
    const statusKey = await point(body.status);
    const spelled = keys.map((one) => [one.kid, one.kinds, one.status, one.x, one.y, one.notBefore, one.expiresAt, one.retiredAt]);
    const validUntil = instant(body.exp);
    const contents = JSON.stringify([start, validUntil, spelled, body.status.x, body.status.y]);
    return new Trust({ ...start, validUntil, keys, statusKey, contents });
  });
  return following(trust, newest, now);
}

// The list of revoked codes in `text`, signed by the status key of `trust`. Throws ListRefused.
export async function openRevoked(text, { trust, now, newest = null }) {
  const body = await openDocument(text, { kind: "mashang-revoked+json", key: trust.statusKey, longest: LONGEST_REVOKED });
  const revoked = await wellFormed(async () => {
    const start = beginning(body);
    return new Revoked({ ...start, hashes: sorted(bytes(body.cti8)), contents: JSON.stringify([start, body.cti8]) });
  });
  if (revoked.issuer !== trust.issuer) throw new ListRefused("wrong_issuer");
  return following(revoked, newest, now);
}

function following(found, newest, now) {
  if (found.issuedAt > now.getTime() + FAST_CLOCK) throw new ListRefused("from_the_future");
  if (newest === null) return found;
  if (found.issuer !== newest.issuer) throw new ListRefused("wrong_issuer");
  if (found.sequence < newest.sequence) throw new ListRefused("lower_sequence");
  if (found.sequence === newest.sequence && found.contents !== newest.contents) throw new ListRefused("same_sequence");
  return found;
}

async function openDocument(text, { kind, key, longest }) {
  if (text.length > longest) throw new ListRefused("too_long");
  const parts = object(text);
  const names = Object.keys(parts).sort().join(" ");
  const strings = Object.values(parts).every((part) => typeof part === "string");
  if (names !== "payload protected signature" || !strings) throw new ListRefused("malformed");
  const header = toBase64url(new TextEncoder().encode(`{"alg":"ES256","typ":"${kind}"}`));
  if (parts.protected !== header) throw new ListRefused("bad_signature");
  const payload = fromBase64url(parts.payload);
  const signature = fromBase64url(parts.signature);
  if (payload === null || signature === null) throw new ListRefused("malformed");
  const signed = new TextEncoder().encode(`${header}.${parts.payload}`);
  const proven = signature.length === 64 && isLow(signature) && (await crypto.subtle.verify(ES256, key, signature, signed));
  if (!proven) throw new ListRefused("bad_signature");
  return object(decoded(payload));
}

function object(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    throw new ListRefused("malformed");
  }
  if (typeof found !== "object" || found === null || Array.isArray(found)) throw new ListRefused("malformed");
  return found;
}

function decoded(payload) {
  try {
    return UTF8.decode(payload);
  } catch {
    throw new ListRefused("malformed");
  }
}

// What breaks while a signed body is read (a missing field, another type, a point off the curve) is `malformed`.
async function wellFormed(reading) {
  try {
    return await reading();
  } catch (broken) {
    throw broken instanceof ListRefused ? broken : new ListRefused("malformed");
  }
}

function need(claim) {
  if (!claim) throw new ListRefused("malformed");
}

function beginning(body) {
  need(body.v === 1 && typeof body.iss === "string" && /^[A-Z0-9]{2}$/.test(body.iss));
  return { issuer: body.iss, sequence: whole(body.seq), issuedAt: instant(body.iat) };
}

function whole(value) {
  need(Number.isSafeInteger(value) && value >= 0);
  return value;
}

// Seconds since 1970 as milliseconds.
function instant(value) {
  need(whole(value) <= LAST_SECOND);
  return value * 1000;
}

function list(value) {
  need(Array.isArray(value));
  return value;
}

function bytes(text) {
  need(typeof text === "string");
  const found = fromBase64url(text);
  need(found !== null);
  return found;
}

async function trustKey(body) {
  need(typeof body.kid === "string" && /^[0-9a-f]{4}$/.test(body.kid) && STATUSES.includes(body.status));
  const kinds = list(body.kinds).map((word) => word.toLowerCase());
  need(kinds.every((word) => KINDS.includes(word)));
  return {
    kid: body.kid, kinds, status: body.status, publicKey: await point(body), x: body.x, y: body.y,
    notBefore: instant(body.nbf), expiresAt: instant(body.exp), retiredAt: "rat" in body ? instant(body.rat) : null,
  };
}

// A public key, imported once and kept. The import refuses a point that is not on the curve.
async function point({ alg, x, y }) {
  need(alg === "ES256" && bytes(x).length === 32 && bytes(y).length === 32);
  return crypto.subtle.importKey("jwk", { kty: "EC", crv: "P-256", x, y }, P256, false, ["verify"]);
}

function sorted(hashes) {
  need(hashes.length % EIGHT === 0);
  for (let at = EIGHT; at < hashes.length; at += EIGHT) need(compared(hashes, at - EIGHT, hashes, at) < 0);
  return hashes;
}

function compared(some, from, others, start) {
  for (let at = 0; at < EIGHT; at += 1) {
    if (some[from + at] !== others[start + at]) return some[from + at] - others[start + at];
  }
  return 0;
}
