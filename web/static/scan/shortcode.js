// The short code beside every QR: ten random and two check characters. Unsigned, so amber until the register knows it.
// Twin of codes/shortcode.py; SPEC.md §5.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LONGEST = 64;
const FIELD = 0b100101; // x⁵ + x² + 1
const CODE = /^[0-9A-HJKMNP-TV-Z]{12}$/;
const BETWEEN = /[ \t\r\n\u00a0\u3000\-_.\u00b7\u2022\u30fc~\u00ad\u2000-\u2015\u2212\ufe58\uff0d]/g;

// What somebody typed as the twelve characters it stands for; null when it cannot be a short code at all.
export function normalise(text) {
  if (text.length > 2 * LONGEST || Array.from(text).length > LONGEST) return null;
  const typed = text.replace(BETWEEN, "").normalize("NFKC").replace(BETWEEN, "");
  const code = typed.toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  return CODE.test(code) ? code : null;
}

// Whether the check characters of a normalised code are right: (x − 2)(x − 4) = x² + 6x + 8 divides it over GF(32).
export function valid(code) {
  if (!CODE.test(code)) return false;
  let high = 0;
  let low = 0;
  for (const character of code.slice(0, 10)) {
    const carry = ALPHABET.indexOf(character) ^ high;
    high = low ^ times(carry, 6);
    low = times(carry, 8);
  }
  return ALPHABET[high] + ALPHABET[low] === code.slice(10);
}

// As people see and say it: XXXX-XXXX-XXXX.
export function grouped(code) {
  return code.match(/.{1,4}/g).join("-");
}

function times(a, b) {
  let product = 0;
  for (let shift = 0; shift < 5; shift += 1) if ((b >> shift) & 1) product ^= a << shift;
  for (let shift = 3; shift >= 0; shift -= 1) if ((product >> (shift + 5)) & 1) product ^= FIELD << shift;
  return product;
}
