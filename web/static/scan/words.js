// What the scanner says, in the language of whoever holds it. The sentences come from the office's catalogues, as JSON.

import { OFFICE } from "./office.js";

const TAGS = { zh_CN: "zh-CN", en: "en" };
const DATED = { zh_CN: "zh-CN", en: "en-GB" }; // As on the office's own pages: 28 Nov.
const MINUTE = 60000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
let words = {};
let spoken = "zh_CN";

// The language asked for, else the browser's, else the office's first.
export function preferred(asked) {
  if (OFFICE.languages.includes(asked)) return asked;
  for (const tag of navigator.languages || []) {
    if (tag.toLowerCase().startsWith("zh")) return "zh_CN";
    if (tag.toLowerCase().startsWith("en")) return "en";
  }
  return OFFICE.languages[0];
}

export async function speak(language) {
  words = await (await fetch(`/scan/words-${language}.json?v=${OFFICE.version}`)).json();
  spoken = language;
  document.documentElement.lang = TAGS[language];
  document.title = say("scanner");
}

export function say(key, fields = {}) {
  return (words[key] || key).replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
}

// The sentence under `key` if there is one, else the one under `other`.
export function sayOr(key, other, fields = {}) {
  return say(key in words ? key : other, fields);
}

// Several after each other, as a list and as sentences are written.
export function listed(parts) {
  return parts.join(spoken === "zh_CN" ? "\u3001" : ", ");
}

export function sentences(...keys) {
  return keys.map((key) => say(key)).join(spoken === "zh_CN" ? "" : " ");
}

export function language() {
  return spoken;
}

export function tag() {
  return TAGS[spoken];
}

// 10:02, in the office's zone; 00:02 after midnight, also where an older browser would say 24:02.
export function clockTime(ms, more = {}) {
  return new Intl.DateTimeFormat(DATED[spoken], { hour: "2-digit", minute: "2-digit", ...more, hourCycle: "h23", timeZone: OFFICE.zone }).format(ms);
}

// 10:02:07, where several stand below each other.
export function clockSecond(ms) {
  return clockTime(ms, { second: "2-digit" });
}

export function dayAndTime(ms) {
  const form = { month: spoken === "en" ? "short" : "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: OFFICE.zone };
  return new Intl.DateTimeFormat(DATED[spoken], form).format(ms);
}

// How long ago, in one word: for bars that must stay slim.
export function age(ms) {
  if (ms < MINUTE) return say("age_now");
  if (ms < HOUR) return say("age_minutes", { n: Math.floor(ms / MINUTE) });
  if (ms < 2 * DAY) return say("age_hours", { n: Math.floor(ms / HOUR) });
  return say("age_days", { n: Math.floor(ms / DAY) });
}
