// The screens before the work: a phone that nobody enrolled, enrolment, the shift PIN, the lock.

import { button, el, field, page } from "./dom.js";
import { enrol, persisted, ticketIn } from "./enrol.js";
import { Refused, Unreached } from "./line.js";
import { OFFICE } from "./office.js";
import { Shift } from "./shift.js";
import { language, say } from "./words.js";

function otherLanguage(app) {
  const next = language() === "en" ? "zh_CN" : "en";
  return button(next === "en" ? "English" : "\u4e2d\u6587", async () => {
    await app.speak(next);
    app.begin();
  }, { class: "plain", lang: next === "en" ? "en" : "zh-CN" });
}

function message() {
  return el("p", { class: "error", role: "alert" });
}

export function strangerScreen(app) {
  const said = message();
  const typed = el("input", { id: "ticket", autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
  const go = (event) => {
    event.preventDefault();
    app.ticket = ticketIn(typed.value);
    if (app.ticket === null) said.textContent = say("ticket_unreadable");
    else app.show(enrolScreen);
  };
  return page(say("scanner"),
    el("p", { class: "lead" }, OFFICE.name),
    el("ol", { class: "steps" }, el("li", {}, say("stranger_1")), el("li", {}, say("stranger_2")), el("li", {}, say("stranger_3"))),
    el("form", { novalidate: true, on: { submit: go } }, field(say("ticket"), typed, say("ticket_hint")), said,
      el("button", { class: "main", id: "use-ticket" }, say("go_on"))),
    el("a", { class: "plain", href: "/scan/check.html" }, say("check_title")),
    otherLanguage(app));
}

export function enrolScreen(app) {
  const said = message();
  const waiting = el("p", { class: "hint" });
  if (app.identity !== null) app.outbox.size().then((n) => { waiting.textContent = n ? say("enrol_again_waiting", { n }) : say("enrol_again"); });
  const go = async () => {
    press.disabled = true;
    said.textContent = "";
    const { store, line, outbox, identity, ticket } = app;
    try {
      const made = await enrol({ store, line, outbox, identity, ticket, version: OFFICE.version });
      await enrolled(app, made);
    } catch (failed) {
      if (!(failed instanceof Refused || failed instanceof Unreached)) throw failed;
      said.textContent = failed.text || say("no_answer");
      press.disabled = false;
    }
  };
  const press = button(say("enrol"), go, { class: "main", id: "enrol" });
  const leave = button(say("cancel"), () => { app.ticket = null; app.begin(); }, { class: "plain" });
  return page(say("enrol_title"), el("p", { class: "lead" }, OFFICE.name), el("p", {}, say("enrol_lead")), waiting, said, press, leave, otherLanguage(app));
}

async function enrolled(app, { identity, told }) {
  Object.assign(app, { identity, ticket: null, choice: null });
  app.line.identity = identity;
  app.shift.kept = null;
  app.shift.isOpen = false;
  await app.known(told);
  persisted();
  app.show(pinScreen);
  await app.lists.refresh();
  await app.sync.now();
}

function pinField(id) {
  return el("input", {
    id, type: "password", inputmode: "numeric", pattern: "[0-9]*", maxlength: "6", autocomplete: "off", class: "pin", required: true,
  });
}

export function pinScreen(app) {
  const [first, second, said] = [pinField("pin"), pinField("pin-again"), message()];
  const set = async (event) => {
    event.preventDefault();
    if (!Shift.fits(first.value)) said.textContent = say("pin_shape");
    else if (first.value !== second.value) said.textContent = say("pin_differs");
    else {
      await app.shift.set(first.value);
      app.fresh = "install";
      await app.unlocked();
    }
  };
  const form = el("form", { novalidate: true, on: { submit: set } },
    field(say("pin"), first, say("pin_hint")), field(say("pin_again"), second), said,
    el("button", { class: "main", id: "set-pin" }, say("pin_set")));
  return page(say("pin_title"), el("p", { class: "lead" }, app.told ? say("enrolled_for", { official: app.told.official }) : ""), form);
}

// Shows nothing of the work; what waits goes on being sent.
export function lockScreen(app) {
  const [pin, said] = [pinField("pin"), message()];
  const press = el("button", { class: "main", id: "unlock" }, say("unlock"));
  let ticking = null;
  const tick = () => {
    const left = Math.ceil(app.shift.wait / 1000);
    press.disabled = left > 0;
    if (left > 0) said.textContent = say("pin_wait", { n: left });
    else if (ticking !== null) {
      clearInterval(ticking);
      ticking = null;
      said.textContent = "";
    }
  };
  const watch = () => {
    if (app.shift.wait > 0 && ticking === null) ticking = setInterval(tick, 1000);
    tick();
  };
  const open = async (event) => {
    event.preventDefault();
    const typed = pin.value;
    pin.value = "";
    pin.readOnly = press.disabled = true;
    const right = await app.shift.unlock(typed);
    if (right) return app.unlocked();
    pin.readOnly = press.disabled = false;
    said.textContent = say("pin_wrong");
    return watch();
  };
  const form = el("form", { novalidate: true, on: { submit: open } }, field(say("pin"), pin), said, press);
  const element = page(say("locked_title"), form, el("p", { class: "hint" }, say("pin_forgotten")), otherLanguage(app));
  watch();
  return { element, leave: () => clearInterval(ticking) };
}
