// A newer version of the scanner: it is brought while the work goes on, and taken only while nobody is in the middle of anything.

import { OFFICE } from "./office.js";
import { script } from "./trusted.js";

const TAKEN = "renewed";

export class Renewal {
  // `idle` says whether the page may begin anew now.
  constructor({ idle }) {
    Object.assign(this, { idle, worker: null, newest: null });
  }

  async begin() {
    const { serviceWorker } = navigator;
    if (!serviceWorker) return;
    serviceWorker.addEventListener("controllerchange", () => this.ask());
    serviceWorker.addEventListener("message", ({ data }) => {
      this.newest = (data && data.newest) || this.newest;
      this.take();
    });
    try {
      this.worker = await serviceWorker.register(script("/scan/sw.js"), { updateViaCache: "none" });
    } catch (failed) {
      console.warn("service worker", failed);
      return;
    }
    this.worker.addEventListener("updatefound", () => {
      const coming = this.worker.installing;
      if (coming) coming.addEventListener("statechange", () => this.take());
    });
    this.ask();
    this.take();
  }

  // Whoever answers for this page says so when it is of another version: another tab may have taken it.
  ask() {
    const { controller } = navigator.serviceWorker;
    if (controller) controller.postMessage({ opened: OFFICE.version });
  }

  look() {
    if (this.worker) this.worker.update().catch(() => undefined); // Without a network there is nothing newer.
    this.take();
  }

  // The new version, if there is one: once, should the page come back as the old one.
  take() {
    if (!this.idle()) return;
    if (this.newest !== null && this.newest !== OFFICE.version && sessionStorage.getItem(TAKEN) !== this.newest) {
      sessionStorage.setItem(TAKEN, this.newest);
      location.reload();
    } else if (this.worker && this.worker.waiting) this.worker.waiting.postMessage("take over");
  }
}
