// The line to the office: signed requests, and what the last one says about being online. The browser's own opinion is not asked.

import { signature } from "./signing.js";
import { tag } from "./words.js";

const TOO_LONG = 413;
const PATIENCE = 20000;
const PATIENCE_FOR_LISTS = 120000;

// No answer came: no network, or the office is down. Whether the request arrived is not known.
export class Unreached extends Error {}

// An answer that refuses: `code` and `text` as the office says them.
export class Refused extends Error {
  constructor(status, { code = "", text = "" } = {}, wait = null) {
    super(code || String(status));
    Object.assign(this, { status, code, text, wait });
  }

  // Not about what was asked: the office is busy or broken, and the same may be asked again.
  get passing() {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

export class Line {
  constructor({ clock, onLine }) {
    this.clock = clock;
    this.onLine = onLine;
    this.identity = null;
  }

  // A request of this device, dated as well as this phone knows. Gives the JSON of the answer; throws Unreached or Refused.
  async post(path, fields = {}) {
    const body = JSON.stringify({ at: this.clock.right().getTime(), ...fields });
    return this.send(path, body, await signature(this.identity.pair, "POST", path, body));
  }

  // A body that was signed before.
  async send(path, body, signed) {
    const asked = this.clock.now();
    const told = await this.told(path, body, { "Mashang-Device": this.identity.device, "Mashang-Signature": signed });
    if (Number.isSafeInteger(told.now)) this.clock.heard(told.now, asked, this.clock.now());
    return told;
  }

  async enrol(fields) {
    return this.told("/api/v1/devices", JSON.stringify(fields), {});
  }

  // A public list, as text; the browser asks whether its copy is still the newest.
  async text(path) {
    const { answer, text } = await this.ask(path, { cache: "no-cache" }, PATIENCE_FOR_LISTS);
    if (!answer.ok) throw new Refused(answer.status, {}, waitOf(answer));
    return text;
  }

  async told(path, body, headers) {
    const common = { "Content-Type": "application/json", "Accept-Language": tag() };
    const { answer, text } = await this.ask(path, { method: "POST", body, headers: { ...common, ...headers } }, PATIENCE);
    const told = object(text);
    const refused = answer.ok ? null : new Refused(answer.status, (told && told.error) || {}, waitOf(answer));
    if (told === null && !(refused && (refused.passing || refused.status === TOO_LONG))) {
      this.onLine(false); // Somebody on the way answered: a log-in page, a filter. The office was not reached.
      throw new Unreached("no answer of ours");
    }
    if (refused) throw refused;
    return told;
  }

  // The answer with the whole of its text. One that breaks off on the way is no answer.
  async ask(path, options, patience) {
    const given = new AbortController();
    const late = setTimeout(() => given.abort(), patience);
    try {
      const answer = await fetch(path, { credentials: "omit", redirect: "error", signal: given.signal, ...options });
      const text = await answer.text();
      this.onLine(answer.headers.get("Mashang-Kept") === null);
      return { answer, text };
    } catch {
      this.onLine(false);
      throw new Unreached(path);
    } finally {
      clearTimeout(late);
    }
  }
}

function object(text) {
  try {
    const told = JSON.parse(text);
    return typeof told === "object" ? told : null;
  } catch {
    return null;
  }
}

function waitOf(answer) {
  const seconds = Number(answer.headers.get("Retry-After"));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
}
