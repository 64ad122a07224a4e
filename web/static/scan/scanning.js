// The screen of the work: the camera, and two other ways for when it does not see.

import { Camera } from "./camera.js";
import { button, el, picked, segments } from "./dom.js";
import { PURPOSES } from "./judging.js";
import { homeScreen, noteScreen } from "./purposes.js";
import { recentScreen } from "./recent.js";
import { Taking } from "./taking.js";
import { typeScreen } from "./typing.js";
import { say, sentences } from "./words.js";

export function scanScreen(app) {
  const { purpose } = app.choice;
  const taking = new Taking(app);
  const video = el("video", { id: "video", playsinline: true, "aria-label": say("camera") });
  const told = el("p", { id: "camera-told", role: "status" }, say("hold_code"));
  const torch = button(say("light"), () => light(), { id: "torch", class: "torch", "aria-pressed": "false", hidden: true });
  const camera = new Camera({
    video,
    onText: (text) => { app.shift.touch(); taking.code(text, "camera"); },
    onProblem: (word) => { told.textContent = sentences(word, "other_ways"); },
  });
  const light = async () => torch.setAttribute("aria-pressed", String(await camera.torch(torch.getAttribute("aria-pressed") !== "true")));
  const photo = picked("image/*", (file) => read(file), { id: "photo-file" });
  const read = async (file) => {
    app.toast(say("reading"));
    let text = null;
    try {
      text = await camera.readPhoto(file);
    } catch {
      app.toast(say("decoder_missing"));
      return;
    }
    if (text === null) app.toast(say("photo_empty"));
    else {
      app.toast("");
      await taking.code(text, "photo");
    }
  };
  const element = el("main", { class: "scan" },
    header(app, purpose), PURPOSES[purpose].ways ? ways(app) : null,
    el("div", { class: "finder" }, video, el("div", { class: "aim", "aria-hidden": "true" }), torch, told),
    el("div", { class: "thumb" },
      button(say("type"), () => app.show(typeScreen), { class: "main", id: "type" }),
      button(say("photo"), () => photo.click(), { class: "main", id: "photo" }),
      button(say("recent_short"), () => app.show(recentScreen), { class: "main quiet", id: "recent" }), photo));
  video.addEventListener("playing", () => { torch.hidden = !camera.hasTorch; });
  camera.start();
  return { element, leave: () => camera.stop() };
}

function header(app, purpose) {
  const where = PURPOSES[purpose].note ? app.choice.note : app.place ? app.place.name : "";
  return el("div", { class: "what" },
    el("h1", { tabindex: "-1" }, say(`purpose_${purpose}`), where ? el("small", { id: "where" }, where) : null),
    PURPOSES[purpose].note ? button(say("change_note"), () => app.show(noteScreen), { class: "small-button", id: "change-note" }) : null,
    button(say("change"), () => app.show(homeScreen), { class: "small-button", id: "change" }));
}

function ways(app) {
  return segments(say("way"), [["in", say("way_in")], ["out", say("way_out")]], app.choice.way, (way) => app.choose({ way }));
}
