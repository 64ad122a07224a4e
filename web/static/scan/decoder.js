// The page's end of the decoder: one picture at a time goes to the worker, its text comes back.

import { DECODER, script } from "./trusted.js";

const PATIENCE = 8000;
const FIRST_PATIENCE = 120000; // The first picture waits for a megabyte, perhaps over a poor network.

export class DecoderMissing extends Error {}

export class Decoder {
  constructor() {
    this.worker = null;
    this.answered = false;
    this.waiting = new Map();
    this.asked = 0;
    this.canvas = document.createElement("canvas");
  }

  // {text | null, ms (in the worker)} of what stands in a video, picture or canvas, at most `longest` pixels a side.
  async read(source, { longest, photo = false }) {
    const [wide, high] = size(source);
    const scale = Math.min(1, longest / Math.max(wide, high));
    const [width, height] = [Math.max(1, Math.round(wide * scale)), Math.max(1, Math.round(high * scale))];
    return this.ask(this.pixels(source, width, height, photo ? "high" : "low"), photo);
  }

  // Drawn on one canvas that is read again and again: measured twice as fast as a bitmap drawn in the worker, and every browser has it.
  pixels(source, width, height, quality) {
    this.canvas.width = width;
    this.canvas.height = height;
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = quality;
    context.drawImage(source, 0, 0, width, height);
    return { pixels: context.getImageData(0, 0, width, height).data.buffer, width, height };
  }

  ask(picture, photo) {
    const id = (this.asked += 1);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.fell(), this.answered ? PATIENCE : FIRST_PATIENCE);
      this.waiting.set(id, { resolve, reject, late });
      this.started().postMessage({ ...picture, id, photo }, [picture.pixels]);
    });
  }

  // The worker, started when it is first needed and again after it fell.
  started() {
    if (this.worker !== null) return this.worker;
    this.answered = false;
    this.worker = new Worker(script(DECODER));
    this.worker.addEventListener("error", () => this.fell());
    this.worker.addEventListener("message", ({ data }) => {
      const waiting = this.waiting.get(data.id);
      if (!waiting) return;
      this.waiting.delete(data.id);
      clearTimeout(waiting.late);
      if (data.problem === "decoder_missing") waiting.reject(new DecoderMissing(data.problem));
      else {
        this.answered = true;
        waiting.resolve(data);
      }
    });
    return this.worker;
  }

  // Everybody who waits is told; the next picture starts a new worker.
  fell() {
    if (this.worker !== null) this.worker.terminate();
    this.worker = null;
    for (const { reject, late } of this.waiting.values()) {
      clearTimeout(late);
      reject(new DecoderMissing("decoder_missing"));
    }
    this.waiting.clear();
  }
}

function size(source) {
  if (source.videoWidth) return [source.videoWidth, source.videoHeight];
  return source.naturalWidth ? [source.naturalWidth, source.naturalHeight] : [source.width, source.height];
}
