// The camera of the lab: choose a picture, read its code on the server, show the text, then let the person decide.

import { get, picture, post, upload } from "./api.js";
import { $, make, openSheet } from "./dom.js";
import { pickGroup } from "./groups.js";
import { failure } from "./notices.js";
import { t } from "./words.js";

let chat = null;

export function wireScan() {
  $("scan-upload").addEventListener("click", () => $("scan-file").click());
  $("scan-file").addEventListener("change", () => {
    if ($("scan-file").files.length) read(() => upload("/scan", $("scan-file").files));
    $("scan-file").value = "";
  });
}

export async function openScan(current) {
  chat = current;
  $("scan-who").textContent = t("scanWho", { name: chat.user.name });
  $("scan-result").replaceChildren();
  $("scan-pictures").replaceChildren();
  openSheet($("scan-sheet"));
  try {
    drawPictures(await get("/pictures"));
  } catch (error) {
    failure(error);
  }
}

function drawPictures(found) {
  const nodes = found.map((each) => {
    const image = make("img", { src: picture(each.file_id), alt: "", loading: "lazy" });
    const words = make("span", { text: `${each.name} · ${each.caption || t("picture")}` });
    const tap = () => read(() => post("/scan", { file_id: each.file_id }));
    return make("li", {}, make("button", { type: "button", onclick: tap }, image, words));
  });
  $("scan-pictures").replaceChildren(...(nodes.length ? nodes : [make("li", { class: "quiet", text: t("scanNone") })]));
}

async function read(ask) {
  const result = $("scan-result");
  result.replaceChildren(make("p", { class: "quiet", text: t("scanReading") }));
  result.scrollIntoView({ block: "nearest" });
  try {
    const { readings } = await ask();
    const nodes = readings.length ? readings.map(readingNode) : [make("p", { text: t("scanNothing") })];
    result.replaceChildren(...nodes);
    result.querySelector("button, a")?.focus();
  } catch (error) {
    result.replaceChildren();
    failure(error);
  }
}

function choice(label, tap) {
  const close = async () => (await tap()) && $("scan-sheet").close();
  return make("button", { type: "button", class: "strong broad", text: label, onclick: close });
}

function readingNode(found) {
  const link = { class: "broad button", href: found.page, target: "_blank", rel: "noopener noreferrer" };
  const outside = !found.page && !found.start && found.group === null && /^https?:/i.test(found.text);
  return make(
    "div",
    { class: "reading" },
    make("p", { class: "quiet", text: t("scanFound") }),
    make("code", { text: found.text }),
    found.group !== null ? choice(t("openGroupLink"), () => pickGroup(found.group) ?? true) : null,
    found.start
      ? choice(t("openLink"), () => chat.act("start", { payload: found.start }))
      : choice(t("sendText"), () => chat.act("text", { text: found.text })),
    found.page && !found.start ? make("a", { ...link, text: t("openPage") }) : null,
    outside ? make("p", { class: "quiet", text: t("outside") }) : null,
  );
}
