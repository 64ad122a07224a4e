// Short notices over the page.

import { $, make, openSheet } from "./dom.js";
import { t } from "./words.js";

export function toast(text) {
  const node = make("div", { class: "toast", text });
  $("toasts").append(node);
  setTimeout(() => node.remove(), 4500);
}

export function showAlert(text) {
  $("alert-text").textContent = text;
  openSheet($("alert-sheet"));
}

export function failure(error) {
  toast(t("failed", { why: error.message }));
}
