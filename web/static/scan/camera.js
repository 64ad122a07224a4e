// The camera: about eight frames a second go to the decoder, one at a time; texts and problems come out as they happen.
// Problems are words: no_camera, not_allowed, in_use, insecure, decoder_missing.

import { Decoder, DecoderMissing } from "./decoder.js";

const EVERY = 125;
const LONGEST = 800;
const PHOTO_SIZES = [1600, 4000];
const LARGEST_PHOTO = 30 * 1024 * 1024;
const IN_VIEW = 3000;
const AGAIN_AFTER_FALL = 2000;
const WANTED = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } } };
const WORDS = {
  NotAllowedError: "not_allowed", SecurityError: "not_allowed", NotFoundError: "no_camera", OverconstrainedError: "no_camera",
  NotReadableError: "in_use", AbortError: "in_use",
};

export class Camera {
  // `onText(text, {seenAt, ms})`: seenAt = epoch ms when the frame was grabbed, ms = from there to the text. A code that stays in view
  // is told once, and again when it was away for three seconds. `onProblem(word)`.
  constructor({ video, onText, onProblem, decoder = new Decoder() }) {
    Object.assign(this, { video, onText, onProblem, decoder });
    this.wanted = false;
    this.stream = null;
    this.round = 0;
    this.forget();
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.close();
      else if (this.wanted) this.open();
    });
  }

  // Resolves when frames run, or when a problem was told.
  async start() {
    this.wanted = true;
    await this.open();
  }

  stop() {
    this.wanted = false;
    this.close();
  }

  // The next code is told even if it is the last one and still in view.
  forget() {
    this.last = { text: null, at: 0 };
  }

  get hasTorch() {
    const track = this.track();
    return Boolean(track && track.getCapabilities && track.getCapabilities().torch);
  }

  // Whether the light is now as asked.
  async torch(on) {
    if (!this.hasTorch) return false;
    try {
      await this.track().applyConstraints({ advanced: [{ torch: on }] });
      return true;
    } catch {
      return false;
    }
  }

  // The text of the code on a photo, or null.
  async readPhoto(file) {
    if (file.size > LARGEST_PHOTO) return null;
    const address = URL.createObjectURL(file);
    try {
      return await this.textOf(await opened(address));
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  async textOf(image) {
    if (image === null) return null;
    for (const longest of PHOTO_SIZES) {
      const { text } = await this.decoder.read(image, { longest, photo: true });
      if (text !== null || Math.max(image.naturalWidth, image.naturalHeight) <= longest) return text;
    }
    return null;
  }

  track() {
    return this.stream === null ? null : this.stream.getVideoTracks()[0];
  }

  async open() {
    this.close();
    const round = this.round;
    if (!window.isSecureContext) return this.onProblem("insecure");
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return this.onProblem("no_camera");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia(WANTED);
    } catch (refused) {
      if (round === this.round) this.onProblem(WORDS[refused.name] || "no_camera");
      return undefined;
    }
    if (round !== this.round) return ended(stream); // Stopped, or opened again, while the browser asked.
    this.stream = stream;
    this.track().addEventListener("ended", () => {
      if (round === this.round) this.onProblem("in_use");
    });
    this.video.muted = true;
    this.video.setAttribute("playsinline", "");
    this.video.srcObject = stream;
    await this.video.play().catch(() => undefined); // A page that was hidden meanwhile: it opens again when it is seen.
    this.run(round);
    return undefined;
  }

  close() {
    this.round += 1;
    if (this.stream !== null) ended(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  async run(round) {
    while (round === this.round) {
      const began = performance.now();
      const fell = this.video.readyState >= 2 && !(await this.look(round, began));
      await pause(fell ? AGAIN_AFTER_FALL : Math.max(0, EVERY - (performance.now() - began)));
    }
  }

  // One frame; false when the decoder fell.
  async look(round, began) {
    const seenAt = Date.now();
    let found;
    try {
      found = await this.decoder.read(this.video, { longest: LONGEST });
    } catch (fell) {
      if (!(fell instanceof DecoderMissing)) console.warn(fell);
      if (round === this.round) this.onProblem("decoder_missing");
      return false;
    }
    if (round === this.round && found.text !== null) this.tell(found.text, { seenAt, ms: performance.now() - began });
    return true;
  }

  tell(text, when) {
    const again = text === this.last.text && when.seenAt - this.last.at < IN_VIEW;
    this.last = { text, at: when.seenAt };
    if (!again) Promise.resolve().then(() => this.onText(text, when)); // What it throws is told to the browser; the frames go on.
  }
}

function ended(stream) {
  for (const track of stream.getTracks()) track.stop();
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// A picture from its address, upright as its file says; null when it is none.
async function opened(address) {
  const image = new Image();
  image.src = address;
  try {
    await image.decode();
    return image;
  } catch {
    return null;
  }
}
