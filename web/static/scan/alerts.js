// What the office says with its answer about somebody who was recorded here just now: counted elsewhere too, given goods twice, gone in twice, not taken.
// It stands on every screen until somebody taps it away. Kept are code, place and time; never a name.

import { el, shape } from "./dom.js";
import { grouped } from "./shortcode.js";
import { clockTime, say, sayOr } from "./words.js";

const KEPT = "alerts";
const MOST = 200;
const STILL_HERE = 600000;

// The alerts in these answers. What was not taken long ago stands in its list; whoever it was is not at the door any more.
export function alertsIn(answers, now) {
  return answers.flatMap((answer) => {
    const common = { key: answer.key, short: answer.short || "", at: answer.at_effective || now, numbers: [] };
    const fresh = Math.abs(now - common.at) < STILL_HERE;
    if (answer.answer === "conflict" || answer.answer === "rejected") return answer.text && fresh ? [{ ...common, why: "not_taken", text: answer.text }] : [];
    return together(answer.beside || []).map((other) => ({ ...common, ...other }));
  });
}

// Those of a household who are twice in the same way are one alert.
function together(beside) {
  const ways = new Map();
  for (const { why, at, place, number } of beside) {
    const way = `${why} ${at} ${place}`;
    if (!ways.has(way)) ways.set(way, { why, then: at, place: place || "", numbers: [] });
    if (number) ways.get(way).numbers.push(number);
  }
  return [...ways.values()];
}

// Adds these to what stands, inside a change of the store `kept`.
export function raise(of, alerts) {
  if (alerts.length === 0) return;
  const asked = of("kept").get(KEPT);
  asked.onsuccess = () => {
    const others = (asked.result || []).filter((one) => !alerts.some((other) => same(one, other)));
    of("kept").put([...others, ...alerts.filter((one, at) => !alerts.slice(at + 1).some((other) => same(one, other)))].slice(-MOST), KEPT);
  };
}

async function away(store, gone) {
  await store.change(["kept"], (of) => {
    const asked = of("kept").get(KEPT);
    asked.onsuccess = () => of("kept").put((asked.result || []).filter((one) => !same(one, gone)), KEPT);
  });
}

// What is not taken for one reason is one alert, with the newest of its codes; all of them stand in their list.
function same(one, other) {
  if (one.why === "not_taken") return other.why === one.why && other.text === one.text;
  return one.key === other.key && one.why === other.why && one.then === other.then && one.place === other.place;
}

export async function standing(store) {
  return (await store.get(KEPT)) || [];
}

// The newest, and how many more: the screen of the work has little room. What is tapped away makes room for the one before.
export function showAlerts(app, alerts) {
  const box = document.getElementById("alerts");
  const said = JSON.stringify([alerts, document.documentElement.lang]);
  if (box.dataset.said === said) return;
  box.dataset.said = said;
  const [newest] = alerts.slice(-1);
  const more = alerts.length > 1 ? el("p", { class: "alert-more" }, say("alert_more", { n: alerts.length - 1 })) : "";
  box.replaceChildren(...(newest ? [line(app, newest), more] : []));
}

function line(app, one) {
  const press = async () => {
    await away(app.store, one);
    await app.status.refresh();
  };
  return el("button", { type: "button", class: "alert", "data-why": one.why, on: { click: press } },
    shape("check"), el("span", {}, sentence(app, one)), el("span", { class: "alert-seen" }, say("seen")));
}

function sentence(app, one) {
  const fields = { who: whom(app, one), time: one.then ? clockTime(one.then) : "", place: one.place, text: one.text };
  return one.place ? say(`alert_${one.why}`, fields) : sayOr(`alert_${one.why}_nowhere`, `alert_${one.why}`, fields);
}

// By the code beside the QR, and by the name where this phone holds the list; somebody found without a card, by the time of the scan.
function whom(app, { short, at, numbers }) {
  if (!short) return say("alert_of", { time: clockTime(at) });
  const code = grouped(short);
  if (numbers.length) return say("alert_number", { code, n: numbers.join(", ") });
  const known = app.roster.ofShort(short);
  return known ? `${known.member.name} (${code})` : code;
}
