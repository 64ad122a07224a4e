// A phone becomes a device of the office: it makes its key, shows a ticket that an official gave it, and hears what it may do.

import { newKey, publicPart } from "./signing.js";
import { tellOthers } from "./tabs.js";

const TICKET = /^#enrol=([0-9A-Za-z-]{10,64})$/;

// The ticket in the address, which is taken out of the address bar at once.
export function ticketInAddress() {
  const found = TICKET.exec(location.hash);
  if (location.hash) history.replaceState(null, "", location.pathname);
  return found ? found[1] : null;
}

// The ticket in a text: the link of the QR, or the 26 characters typed.
export function ticketIn(text) {
  const typed = text.trim();
  const link = /#enrol=([0-9A-Za-z-]{10,64})$/.exec(typed);
  if (link) return link[1];
  const plain = typed.replace(/[\s-]/g, "");
  return /^[0-9A-Za-z]{26}$/.test(plain) ? plain : null;
}

// Enrols, and keeps the new identity. What waited under a former key is packed and signed by it first, so that the new device carries it; what another
// tab records meanwhile stays in the queue.
export async function enrol({ store, line, outbox, identity, ticket, version }) {
  const pair = await newKey();
  const items = identity === null ? [] : await outbox.items();
  const packed = identity === null ? [] : await outbox.packed(identity, items);
  const told = await line.enrol({ ticket, key: await publicPart(pair), version });
  const wrapped = await outbox.wrapped(packed.map((batch, at) => ({ id: `${told.device}-${at}`, ...batch })));
  await store.change(["kept", "outbox", "batches", "carried", "recent"], (of) => {
    of("kept").put({ device: told.device, pair }, "identity");
    of("kept").put(told, "told");
    for (const name of ["pin", "roster", "rosterKey", "choice"]) of("kept").delete(name);
    for (const batch of wrapped) of("carried").put(batch);
    for (const { key } of items) of("outbox").delete(key);
    for (const name of ["batches", "recent"]) of(name).clear();
  });
  tellOthers();
  return { identity: { device: told.device, pair }, told };
}

// Asks the browser not to throw away what is kept here. A browser that says no is no reason to stop.
export async function persisted() {
  try {
    return Boolean(navigator.storage && navigator.storage.persist && (await navigator.storage.persist()));
  } catch {
    return false;
  }
}
