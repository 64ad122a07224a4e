// Taking back what this phone recorded.

import { uuid } from "./ids.js";

// Nothing is erased: that it was taken back is an event of its own.
export async function takeBack(app, one) {
  const { clock, lists } = app;
  const item = {
    key: uuid(), what: "undo", purpose: one.purpose, place: one.place, way: one.way, drill: one.drill, via: "paper", text: null, person: null,
    walk_in: null, count: null, members: null, standing: null, means: null, verdict: "go", reason: "undone", confirmed: false, override: null, note: "",
    annuls: one.key, trust: lists.trust ? lists.trust.sequence : null, revoked: lists.revoked ? lists.revoked.sequence : null, ...clock.stamp(),
  };
  const [before] = await app.outbox.items(Infinity, [one.key]);
  await app.outbox.record(item);
  if (before && before.person) await app.roster.stand([before.person], null);
  app.status.refresh();
  app.sync.run();
}
