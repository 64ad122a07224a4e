// The worker that finds QR codes in pictures: zxing-cpp in WebAssembly, beside the page so that the page never waits.
// In: {id, pixels, width, height, photo}. Out: {id, text | null, ms} or {id, problem: "decoder_missing"}.

/* global ZXingWASM */
"use strict";

const READER = `/scan/zxing-reader.js${self.location.search}`;
const WASM = `/scan/zxing-reader.wasm${self.location.search}`;
const FRAME = {
  formats: ["QRCode"], tryHarder: false, tryRotate: false, tryInvert: false, tryDownscale: true, maxNumberOfSymbols: 4, textMode: "Plain",
};
const PHOTO = { ...FRAME, tryHarder: true, tryRotate: true, tryInvert: true, tryDenoise: true };

const policy = self.trustedTypes && self.trustedTypes.createPolicy("scanner", {
  createScriptURL: (path) => {
    if (path !== READER) throw new TypeError("a script that this worker does not load");
    return path;
  },
});

let ready = null;

function prepared() {
  if (ready === null) {
    ready = (async () => {
      importScripts(policy ? policy.createScriptURL(READER) : READER);
      await ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => WASM }, fireImmediately: true });
    })();
  }
  return ready;
}

function distance(position, picture) {
  const corners = [position.topLeft, position.topRight, position.bottomRight, position.bottomLeft];
  const x = corners.reduce((sum, corner) => sum + corner.x, 0) / 4 - picture.width / 2;
  const y = corners.reduce((sum, corner) => sum + corner.y, 0) / 4 - picture.height / 2;
  return x * x + y * y;
}

// Of several codes the one in the middle is meant: cards lie side by side.
async function decode(picture, photo) {
  const found = (await ZXingWASM.readBarcodes(picture, photo ? PHOTO : FRAME)).filter((one) => one.isValid && one.text);
  found.sort((one, other) => distance(one.position, picture) - distance(other.position, picture));
  return found.length ? found[0].text : null;
}

self.addEventListener("message", async ({ data }) => {
  try {
    await prepared();
  } catch {
    ready = null;
    self.postMessage({ id: data.id, problem: "decoder_missing" });
    return;
  }
  const began = performance.now();
  const picture = new ImageData(new Uint8ClampedArray(data.pixels), data.width, data.height);
  const text = await decode(picture, data.photo === true);
  self.postMessage({ id: data.id, text, ms: performance.now() - began });
});
