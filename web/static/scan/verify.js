// What a scanned text is worth, held against the trust list, the list of revoked codes and the time. Twin of codes/reading.py; SPEC.md §7.

import { parse } from "./token.js";
import { Unreadable } from "./cbor.js";

export const GRACE = 600000;

const ES256 = { name: "ECDSA", hash: "SHA-256" };

// {problem, payload, kid, keyStatus}: `problem` is null for a good code, else the first that SPEC.md §7 meets. `payload` is there when one
// of our keys made the signature, whatever else is wrong. Never throws for any text; `revoked` may be null.
export async function read(text, { hosts, trust, revoked = null, now, grace = GRACE }) {
  let seen;
  try {
    seen = parse(text, { hosts });
  } catch (refused) {
    if (!(refused instanceof Unreadable)) throw refused;
    return { problem: refused.problem, payload: null, kid: null, keyStatus: null };
  }
  const key = trust.key(seen.kid);
  const found = { payload: null, kid: seen.kid, keyStatus: key ? key.status : null };
  const unproven = await whyUnproven(seen, key, trust);
  if (unproven !== null) return { ...found, problem: unproven };
  return { ...found, problem: await doubt(seen.payload, key, { revoked, now: now.getTime(), grace }), payload: seen.payload };
}

async function whyUnproven({ payload, signature, signed }, key, trust) {
  if (payload.issuer !== trust.issuer) return "wrong_issuer";
  if (key === null) return "unknown_key";
  if (!key.kinds.includes(payload.kind)) return "wrong_kind_for_key";
  return (await crypto.subtle.verify(ES256, key.publicKey, signature, signed)) ? null : "bad_signature";
}

async function doubt({ cti, issuedAt, expiresAt }, key, { revoked, now, grace }) {
  if (key.status === "compromised") return "key_compromised";
  if (revoked !== null && (await revoked.has(cti))) return "revoked";
  const retired = key.retiredAt !== null && issuedAt > key.retiredAt;
  if (retired || issuedAt < key.notBefore || expiresAt > key.expiresAt) return "key_retired";
  if (now < issuedAt - grace) return "not_yet_valid";
  return now >= expiresAt + grace ? "expired" : null;
}
