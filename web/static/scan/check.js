// Can this phone scan? Each part that the scanner needs is tried for what it does, before the phone is needed at a door.

import { Camera } from "./camera.js";
import { Decoder } from "./decoder.js";

const PARTS = ["secure", "crypto", "storage", "offline", "decoder", "camera"];
const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const SAMPLE = "HTTPS://CHECK.EXAMPLE/S/MASHANG";
const rows = new Map();
let words = {};

function say(key, fields = {}) {
  return (words[key] || key).replace(/\{(\w+)\}/g, (_, name) => fields[name]);
}

function element(name, text = "") {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function row(part) {
  const line = element("li");
  const mark = element("span", "…");
  mark.className = "mark";
  mark.setAttribute("aria-hidden", "true");
  const note = element("small", say(part === "camera" ? "check_press" : "check_trying"));
  line.append(mark, element("span", say(`check_${part}`)), note);
  line.id = part;
  rows.set(part, { line, mark, note });
  return line;
}

function judged(part, good, note) {
  const { line, mark, note: words } = rows.get(part);
  line.className = good ? "good" : "bad";
  mark.textContent = good ? "✓" : "✕";
  words.textContent = note || say(good ? "check_good" : "check_bad");
  const all = [...rows.values()].map((one) => one.line.className);
  if (all.includes("")) return;
  document.getElementById("said").textContent = say(all.every((name) => name === "good") ? "check_all" : "check_not_all");
}

// Signs and checks with a key that cannot be taken out, and notices a wrong signature.
async function crypto256() {
  const pair = await crypto.subtle.generateKey(ES256, false, ["sign", "verify"]);
  const data = new TextEncoder().encode("mashang");
  const signature = new Uint8Array(await crypto.subtle.sign(ES256, pair.privateKey, data));
  const right = await crypto.subtle.verify(ES256, pair.publicKey, signature, data);
  signature[40] ^= 1;
  return right && !(await crypto.subtle.verify(ES256, pair.publicKey, signature, data));
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Writes a record and a key into a database of its own, reads the record again, and leaves nothing behind.
async function stored() {
  const asked = indexedDB.open("mashang-check", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("tried");
  const database = await done(asked);
  const store = database.transaction("tried", "readwrite").objectStore("tried");
  await done(store.put({ at: 1 }, "one"));
  const kept = await done(store.get("one"));
  database.close();
  await done(indexedDB.deleteDatabase("mashang-check"));
  return kept.at === 1;
}

// A picture of a code that every phone has from us.
async function decoded(decoder) {
  const image = new Image();
  image.src = "/scan/check-code.svg";
  await image.decode();
  await decoder.read(image, { longest: 400 });
  const began = performance.now();
  const { text } = await decoder.read(image, { longest: 400 });
  return text === SAMPLE ? say("check_took", { ms: Math.round(performance.now() - began) }) : false;
}

// A part that throws does not work; why, stands in the console for whoever looks there.
async function tried(part, trying) {
  let found = false;
  try {
    found = await trying();
  } catch (broken) {
    console.warn(part, broken);
  }
  judged(part, found !== false, typeof found === "string" ? found : "");
}

function camera(decoder) {
  const video = document.getElementById("video");
  const told = document.getElementById("said");
  const eye = new Camera({
    video,
    decoder,
    onText: (_, { ms }) => {
      told.textContent = say("check_read", { ms: Math.round(ms) });
    },
    onProblem: (word) => judged(word === "decoder_missing" ? "decoder" : "camera", false, say(word)),
  });
  video.addEventListener("playing", () => {
    judged("camera", true);
    told.textContent = say("check_hold");
  });
  document.getElementById("start").addEventListener("click", () => {
    video.hidden = false;
    eye.start();
  });
}

async function begin() {
  const language = navigator.language.toLowerCase().startsWith("zh") ? "zh_CN" : "en";
  words = await (await fetch(`/scan/words-${language}.json`)).json();
  document.documentElement.lang = language === "zh_CN" ? "zh-CN" : "en";
  document.title = say("check_title");
  for (const marked of document.querySelectorAll("[data-word]")) marked.textContent = say(marked.dataset.word);
  document.getElementById("parts").append(...PARTS.map(row));
  const decoder = new Decoder();
  camera(decoder);
  await Promise.all([
    tried("secure", () => window.isSecureContext),
    tried("crypto", crypto256),
    tried("storage", stored),
    tried("offline", () => "serviceWorker" in navigator && "caches" in window),
    tried("decoder", () => decoded(decoder)),
  ]);
}

begin();
