// About this phone: sending by hand, files in and out, language, lock, signing out.

import { button, el, page, picked, segments } from "./dom.js";
import { OFFICE } from "./office.js";
import { helpScreen } from "./help.js";
import { homeScreen } from "./purposes.js";
import { recentScreen, refusedScreen } from "./recent.js";
import { tellOthers } from "./tabs.js";
import { FileRefused, give, packedFile, taken } from "./transfer.js";
import { dayAndTime, language, listed, say, sayOr } from "./words.js";

export function menuScreen(app) {
  const { told } = app;
  const file = picked(".json,application/json", (chosen) => takeIn(app, chosen), { id: "import-file" });
  const languages = [["zh_CN", "\u4e2d\u6587"], ["en", "English"]];
  const choose = async (value) => {
    await app.speak(value);
    app.show(menuScreen);
  };
  return page(say("menu"),
    button(say("send_now"), () => sendNow(app), { class: "main", id: "send-now" }),
    el("div", { class: "stack" },
      button(say("export"), () => exported(app), { class: "wide", id: "export" }), el("p", { class: "hint" }, say("export_hint")),
      button(say("import"), () => file.click(), { class: "wide", id: "import" }), el("p", { class: "hint" }, say("import_hint")), file,
      button(say("recent"), () => app.show(recentScreen), { class: "wide" }),
      button(say("not_taken_title"), () => app.show(refusedScreen), { class: "wide", id: "refused" })),
    button(say("help"), () => app.show(helpScreen), { class: "wide", id: "help" }),
    segments(say("language"), languages, language(), choose),
    facts(app, told),
    button(say("lock"), () => app.shift.lock(), { class: "wide", id: "lock" }),
    button(say("sign_out"), () => app.show(signOutScreen), { class: "wide quiet", id: "sign-out" }),
    button(say("back"), () => app.show(homeScreen), { class: "plain", id: "back" }));
}

function facts(app, told) {
  const { lists, clock } = app;
  const places = listed(told.places.map((place) => place.name));
  const rows = [
    [say("office"), OFFICE.name], [say("official"), told.official], [say("label"), told.label], [say("places"), places || "\u2013"],
    [say("purposes"), listed(told.purposes.map((purpose) => sayOr(`purpose_${purpose}`, purpose)))],
    [say("valid_until"), told.until ? dayAndTime(told.until) : "\u2013"], [say("help_phone"), told.office_phone || "\u2013"],
    [say("trust_list"), lists.trust ? `${lists.trust.sequence} \u00b7 ${dayAndTime(lists.trust.issuedAt)}` : say("missing")],
    [say("revoked_list"), lists.revoked ? `${lists.revoked.sequence} \u00b7 ${dayAndTime(lists.revoked.issuedAt)}` : say("missing")],
    [say("clock_skew"), clock.skew === null ? "\u2013" : say("seconds", { n: Math.round(clock.skew / 1000) })], [say("version"), OFFICE.version.slice(0, 12)],
  ];
  return el("dl", { class: "facts" }, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

async function sendNow(app) {
  app.toast(say("sending"));
  await app.sync.now();
  const left = await app.outbox.size();
  app.toast(left === 0 ? say("all_sent") : say("still_waiting", { n: left }));
}

async function exported(app) {
  if ((await app.outbox.size()) === 0) return app.toast(say("nothing_waits"));
  const { outbox, identity, clock } = app;
  return give(await packedFile({ outbox, identity, now: clock.now() }));
}

async function takeIn(app, file) {
  try {
    const { kind, count } = await taken(file, app);
    app.toast(say(`imported_${kind}`, { n: count }));
    app.status.refresh();
    app.sync.now();
  } catch (refused) {
    if (!(refused instanceof FileRefused)) throw refused;
    app.toast(sayOr(`file_${refused.problem}`, "file_malformed"));
  }
}

// Signing out takes everything from this phone. What waits would be lost, so it is sent or taken along first.
export function signOutScreen(app) {
  const said = el("p", { class: "error", role: "alert" });
  const element = page(say("sign_out"), el("p", {}, say("sign_out_lead")), said);
  const wipe = async () => {
    const left = await app.outbox.size();
    if (left > 0) {
      said.textContent = say("sign_out_waiting", { n: left });
      return;
    }
    await app.roster.wipe();
    await app.store.wipe();
    tellOthers();
    location.reload();
  };
  element.append(button(say("sign_out"), wipe, { class: "main danger", id: "sign-out-now" }),
    button(say("back"), () => app.show(menuScreen), { class: "plain", id: "back" }));
  return element;
}
