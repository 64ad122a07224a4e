// The page's end of the decoder: one picture at a time goes to the worker, its text comes back.

import { script } from "./trusted.js";

const PATIENCE = 8000;

export class DecoderMissing extends Error {}

export class Decoder {
  constructor() {
    this.worker = null;
    this.waiting = new Map();
    this.asked = 0;
    this.drawsInWorker = typeof OffscreenCanvas === "function" && typeof createImageBitmap === "function";
  }

  // {text | null, ms (in the worker)} of what stands in a video, picture or canvas, at most `longest` pixels a side.
  async read(source, { longest, photo = false }) {
    const [wide, high] = size(source);
    const scale = Math.min(1, longest / Math.max(wide, high));
    const [width, height] = [Math.max(1, Math.round(wide * scale)), Math.max(1, Math.round(high * scale))];
    const answer = await this.ask(await this.picture(source, width, height), photo);
    if (answer.problem !== "no_canvas") return answer;
    this.drawsInWorker = false;
    return this.ask(await this.picture(source, width, height), photo);
  }

  async picture(source, width, height) {
    if (this.drawsInWorker) {
      try {
        const bitmap = await createImageBitmap(source, { resizeWidth: width, resizeHeight: height, resizeQuality: "medium" });
        return [{ bitmap }, [bitmap]];
      } catch {
        this.drawsInWorker = false; // A browser that makes no bitmap of a video: its pixels are taken here.
      }
    }
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(source, 0, 0, width, height);
    const pixels = context.getImageData(0, 0, width, height).data.buffer;
    return [{ pixels, width, height }, [pixels]];
  }

  ask([picture, moved], photo) {
    const id = (this.asked += 1);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.fell(), PATIENCE);
      this.waiting.set(id, { resolve, reject, late });
      this.started().postMessage({ ...picture, id, photo }, moved);
    });
  }

  // The worker, started when it is first needed and again after it fell.
  started() {
    if (this.worker !== null) return this.worker;
    this.worker = new Worker(script("/scan/decode.js"));
    this.worker.addEventListener("error", () => this.fell());
    this.worker.addEventListener("message", ({ data }) => {
      const waiting = this.waiting.get(data.id);
      if (!waiting) return;
      this.waiting.delete(data.id);
      clearTimeout(waiting.late);
      if (data.problem === "decoder_missing") waiting.reject(new DecoderMissing(data.problem));
      else waiting.resolve(data);
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
