// The only scripts that this page may start: the decoder and the service worker. Trusted types let nothing else through.

const STARTED = ["/scan/decode.js", "/scan/sw.js"];

const policy = window.trustedTypes && window.trustedTypes.createPolicy("scanner", {
  createScriptURL: (path) => {
    if (!STARTED.includes(path)) throw new TypeError("a script that this page does not start");
    return path;
  },
});

export function script(path) {
  return policy ? policy.createScriptURL(path) : path;
}
