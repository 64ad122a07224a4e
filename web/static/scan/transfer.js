// The queue as a file, and files from elsewhere: another phone's queue to carry, or a list that came by hand. A file is believed for its signature alone.

import { ListRefused } from "./lists.js";
import { kindOf } from "./keeping.js";

const FORMAT = "outbox 1";
const LARGEST = 24 * 1024 * 1024;
const LARGEST_BODY = 256 * 1024;

export class FileRefused extends Error {
  constructor(problem) {
    super(problem);
    this.problem = problem;
  }
}

// Everything that waits, signed by this device: its own batches, and those that it carries.
export async function packedFile({ outbox, identity, now }) {
  const own = await outbox.packed(identity, await outbox.items());
  const carried = (await outbox.carried()).map(({ body, signature }) => ({ body, signature }));
  const text = JSON.stringify({ mashang: FORMAT, device: identity.device, made: now, batches: [...own, ...carried] });
  const day = new Date(now).toISOString().slice(0, 16).replace(/[-:T]/g, "");
  return new File([text], `mashang-${identity.device.slice(-6)}-${day}.json`, { type: "application/json" });
}

// Gives the file away: by the phone's own sheet where there is one, else as a download.
export async function give(file) {
  if (navigator.canShare && navigator.canShare({ files: [file] })) {
    try {
      await navigator.share({ files: [file] });
      return;
    } catch (refused) {
      if (refused.name === "AbortError") return;
    }
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// Takes a file in. Gives {kind: "trust" | "revoked" | "outbox", count}; throws FileRefused with a word.
export async function taken(file, { lists, outbox, store }) {
  if (file.size > LARGEST) throw new FileRefused("too_long");
  const text = (await file.text()).trim();
  if (kindOf(text) === null) return queue(text, { outbox, store });
  try {
    return { kind: await lists.adopt(text), count: 0 };
  } catch (refused) {
    if (refused instanceof ListRefused) throw new FileRefused(refused.problem);
    throw refused;
  }
}

async function queue(text, { outbox, store }) {
  const batches = read(text);
  const named = await Promise.all(batches.map(async ({ body, signature }) => ({ id: await digest(body), body, signature })));
  const wrapped = await outbox.wrapped(named);
  await store.change(["carried"], (of) => wrapped.forEach((batch) => of("carried").put(batch)));
  return { kind: "outbox", count: batches.reduce((sum, { count }) => sum + count, 0) };
}

function read(text) {
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    throw new FileRefused("not_ours");
  }
  if (!told || told.mashang !== FORMAT || !Array.isArray(told.batches)) throw new FileRefused("not_ours");
  return told.batches.map(({ body, signature }) => {
    const fits = typeof body === "string" && body.length <= LARGEST_BODY && typeof signature === "string" && signature.length <= 100;
    if (!fits) throw new FileRefused("malformed");
    return { body, signature, count: itemsIn(body) };
  });
}

function itemsIn(body) {
  try {
    return JSON.parse(body).items.length;
  } catch {
    throw new FileRefused("malformed");
  }
}

// The same file taken in twice is carried once.
async function digest(body) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body)));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
