// The key of this phone: made here, never shown, signs what is sent. Low s, as everywhere (SPEC.md §4).

import { toBase64url } from "./base32.js";
import { ORDER } from "./token.js";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256" };

export async function newKey() {
  return crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
}

export async function publicPart(pair) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { kty, crv, x, y };
}

// The value of the header Mashang-Signature for this request.
export async function signature(pair, method, path, body) {
  const data = new TextEncoder().encode(`mashang device 1\n${method} ${path}\n${body}`);
  return toBase64url(low(new Uint8Array(await crypto.subtle.sign(ES256, pair.privateKey, data))));
}

function low(signed) {
  let s = 0n;
  for (const byte of signed.subarray(32)) s = (s << 8n) | BigInt(byte);
  if (s <= ORDER / 2n) return signed;
  s = ORDER - s;
  for (let at = 63; at >= 32; at -= 1) {
    signed[at] = Number(s & 255n);
    s >>= 8n;
  }
  return signed;
}
