// A scanned text taken apart, up to the signature that nobody has looked at yet. Twin of codes/token.py; SPEC.md §7, steps 1 to 11.

import { fromBase32, toBase32, toHex } from "./base32.js";
import { Pairs, Unreadable, byteString, head, isInteger, oneItem } from "./cbor.js";

export { Unreadable } from "./cbor.js";

export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
export const KINDS = ["person", "household", "place", "pass", "vehicle", "team", "device", "equipment"];
export const SCOPED = ["pass", "vehicle", "team"];

const LONGEST_TEXT = 512;
const LONGEST_TOKEN = 160;
const ES256 = -7;
const COSE_SIGN1 = 0xd2;
const EARLIEST = 1577836800;
const LATEST = 0xffffffff;
const LARGEST_SCOPE = 999999999999999;
const DRILL_ONLY = 1;
const LIVE = 2;
const MASHANG = -65537;
const LINK = /^(https?:\/\/[^/?# \t\n\r\f\v]+)(\/S\/)([^]*)$/i;
const SIGNED_BY = [0x84, 0x6a, ...Array.from("Signature1", (letter) => letter.charCodeAt(0))];

// The token in `text`, exactly as printed; `hosts` are our origins in capitals. Throws Unreadable.
// Gives {token, kid (hex), payload, signature (64 bytes), signed (what the signature covers)}.
export function parse(text, { hosts }) {
  if (typeof text !== "string") throw new Unreadable("not_a_code");
  if (characters(text) > LONGEST_TEXT) throw new Unreadable("too_long");
  const link = LINK.exec(text);
  if (link === null) throw new Unreadable("not_a_code");
  if (!hosts.includes(link[1].toUpperCase())) throw new Unreadable("foreign_host");
  if (!hosts.includes(link[1]) || link[2] !== "/S/") throw new Unreadable("not_canonical");
  return parsePath(link[3]);
}

// The token alone. Throws Unreadable.
export function parsePath(token) {
  const { kid, payload, signature } = takenApart(bytesOf(token));
  const header = protectedHeader(kid);
  const claims = toClaims(payload);
  const again = [COSE_SIGN1, 0x84, ...byteString(header), 0xa0, ...byteString(claims), ...byteString(signature)];
  if (toBase32(again) !== token) throw new Unreadable("not_canonical");
  const signed = Uint8Array.from([...SIGNED_BY, ...byteString(header), 0x40, ...byteString(claims)]);
  return { token, kid: toHex(kid), payload, signature, signed };
}

export function isLow(signature) {
  const s = number(signature.subarray(32));
  return s > 0n && s <= ORDER / 2n;
}

// Characters as people count them, not halves of surrogate pairs; the count of a text that is far too long does not matter.
function characters(text) {
  if (text.length > 2 * LONGEST_TEXT) return text.length;
  return Array.from(text).length;
}

function bytesOf(token) {
  if (!/^[A-Z2-7]+$/.test(token)) throw new Unreadable(/^[A-Za-z2-7]+=*$/.test(token) ? "not_canonical" : "malformed");
  if ([1, 3, 6].includes(token.length % 8) || Math.floor((token.length * 5) / 8) > LONGEST_TOKEN) throw new Unreadable("malformed");
  return fromBase32(token);
}

// Key id, payload and signature of a COSE_Sign1 of exactly our shape.
function takenApart(raw) {
  if (raw.length === 0 || raw[0] !== COSE_SIGN1) throw new Unreadable("malformed");
  const parts = oneItem(raw.subarray(1));
  if (!Array.isArray(parts) || parts.length !== 4) throw new Unreadable("malformed");
  const [header, unprotected, claims, signature] = parts;
  const shaped = isBytes(header) && unprotected instanceof Pairs && isBytes(claims) && isBytes(signature);
  if (!shaped) throw new Unreadable("malformed");
  if (unprotected.size) throw new Unreadable("not_canonical");
  return { kid: kidOf(header), payload: payloadOf(claims), signature: signatureOf(signature) };
}

function kidOf(header) {
  const pairs = oneItem(header);
  if (!(pairs instanceof Pairs)) throw new Unreadable("malformed");
  if (pairs.has(1) && pairs.get(1) !== ES256) throw new Unreadable("wrong_algorithm");
  const kid = pairs.get(4);
  if (!pairs.has(1) || pairs.size !== 2 || !isBytes(kid) || kid.length !== 2) throw new Unreadable("malformed");
  return kid;
}

function payloadOf(claims) {
  const pairs = oneItem(claims);
  if (!(pairs instanceof Pairs)) throw new Unreadable("malformed");
  const [issuer, exp, iat, cti, ours] = [1, 4, 6, 7, MASHANG].map((key) => pairs.get(key));
  const typed = typeof issuer === "string" && isInteger(exp) && isInteger(iat) && isBytes(cti) && Array.isArray(ours) && isInteger(ours[0]);
  if (!typed || pairs.size !== 5) throw new Unreadable("malformed");
  if (ours[0] !== 1) throw new Unreadable("unknown_version");
  const [, kind, scope, flags] = ours;
  if (ours.length !== 4 || !isInteger(kind) || !isInteger(scope) || !isInteger(flags)) throw new Unreadable("malformed");
  const word = KINDS[Number(kind) - 1];
  const fits =
    flags >= 0 && flags <= 3 && EARLIEST <= iat && iat < exp && exp <= LATEST && word !== undefined && cti.length === 10 &&
    /^[A-Z0-9]{2}$/.test(issuer) && scope >= 0 && scope <= LARGEST_SCOPE && (scope === 0 || SCOPED.includes(word));
  if (!fits) throw new Unreadable("malformed");
  return {
    kind: word, cti: toHex(cti), issuer, issuedAt: iat * 1000, expiresAt: exp * 1000, scope,
    drillOnly: (flags & DRILL_ONLY) !== 0, live: (flags & LIVE) !== 0,
  };
}

function signatureOf(signature) {
  const [r, s] = [number(signature.subarray(0, 32)), number(signature.subarray(32))];
  if (signature.length !== 64 || !(r > 0n && r < ORDER && s > 0n && s < ORDER)) throw new Unreadable("malformed");
  if (!isLow(signature)) throw new Unreadable("not_canonical");
  return signature;
}

function protectedHeader(kid) {
  return [0xa2, 0x01, 0x26, 0x04, ...byteString(kid)];
}

function toClaims(payload) {
  const cti = payload.cti.match(/../g).map((pair) => parseInt(pair, 16));
  const flags = (payload.drillOnly ? DRILL_ONLY : 0) | (payload.live ? LIVE : 0);
  return [
    0xa5, 0x01, 0x62, payload.issuer.charCodeAt(0), payload.issuer.charCodeAt(1), 0x04, ...head(0, payload.expiresAt / 1000),
    0x06, ...head(0, payload.issuedAt / 1000), 0x07, ...byteString(cti), 0x3a, 0x00, 0x01, 0x00, 0x00,
    0x84, 0x01, ...head(0, KINDS.indexOf(payload.kind) + 1), ...head(0, payload.scope), ...head(0, flags),
  ];
}

function isBytes(value) {
  return value instanceof Uint8Array;
}

function number(bytes) {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}
