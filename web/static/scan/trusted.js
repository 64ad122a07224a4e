// The only scripts that this page may start: the decoder and the service worker. Trusted types let nothing else through.

import { OFFICE } from "./office.js";

// With its version, so that a page gets the decoder of its own.
export const DECODER = `/scan/decode.js?v=${OFFICE.version}`;
const STARTED = [DECODER, "/scan/sw.js"];

const policy = window.trustedTypes && window.trustedTypes.createPolicy("scanner", {
  createScriptURL: (path) => {
    if (!STARTED.includes(path)) throw new TypeError("a script that this page does not start");
    return path;
  },
});

export function script(path) {
  return policy ? policy.createScriptURL(path) : path;
}
