// Base32 (RFC 4648 §6, capitals, no padding), base64url without padding, and hex.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const URL_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function table(alphabet) {
  const values = new Uint8Array(128).fill(255);
  for (let value = 0; value < alphabet.length; value += 1) values[alphabet.charCodeAt(value)] = value;
  return values;
}

const VALUES = table(ALPHABET);
const URL_VALUES = table(URL_ALPHABET);

function packed(text, values, width) {
  const bytes = new Uint8Array(Math.floor((text.length * width) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let index = 0; index < text.length; index += 1) {
    held = ((held << width) | values[text.charCodeAt(index)]) & 0xffff;
    bits += width;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (held >> bits) & 255;
      at += 1;
    }
  }
  return { bytes, rest: held & ((1 << bits) - 1) };
}

// The bytes of a text of A–Z 2–7 whose length base32 can have. Bits left over at the end are dropped, as everywhere.
export function fromBase32(text) {
  return packed(text, VALUES, 5).bytes;
}

export function toBase32(bytes) {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
  }
  return bits ? text + ALPHABET[(held << (5 - bits)) & 31] : text;
}

// The bytes of unpadded base64url in its one spelling; null for anything else.
export function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  const { bytes, rest } = packed(text, URL_VALUES, 6);
  return rest === 0 ? bytes : null;
}

export function toBase64url(bytes) {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += URL_ALPHABET[(held >> bits) & 63];
    }
  }
  return bits ? text + URL_ALPHABET[(held << (6 - bits)) & 63] : text;
}

export function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

export function fromHex(text) {
  const bytes = new Uint8Array(text.length >> 1);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}
