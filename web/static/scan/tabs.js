// Other tabs of the scanner on this phone. Where one of them enrolled it anew or wiped it, what the others still hold is true no more.

const CHANNEL = "mashang-scanner";
const open = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;

export function tellOthers() {
  if (open) open.postMessage("begin anew");
}

export function whenTold(begin) {
  if (open) open.addEventListener("message", begin);
}
