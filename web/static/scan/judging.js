// What a code is worth for the chosen purpose: go, check, no, and why. Twin of the house's own words (services/press.py, domain/checkpoints.py).
// A sound signature with a doubt is amber for people: nobody is turned away from a shelter by a date. Red is for passes, vehicles and teams.

export const PURPOSES = {
  shelter_in: { places: ["shelter"], placed: true, households: true },
  shelter_out: { places: ["shelter"], placed: true, households: true },
  to_relatives: { places: [], placed: false, households: true, note: true },
  assembly: { places: ["site", "shelter"], placed: false, households: true },
  relief: { places: ["shelter", "site"], placed: false, households: true },
  checkpoint: { places: ["checkpoint"], placed: true, passes: true, ways: true },
  site_gate: { places: ["site"], placed: true, ways: true },
  training: { places: ["site"], placed: false },
};

const REASONS = {
  too_long: "too_long", not_a_code: "not_a_code", foreign_host: "foreign", wrong_issuer: "foreign", malformed: "unreadable", unknown_version: "unreadable",
  not_canonical: "forged", wrong_algorithm: "forged", wrong_kind_for_key: "forged", bad_signature: "forged", unknown_key: "unknown_key",
  key_compromised: "key_compromised", key_retired: "key_compromised", revoked: "revoked", not_yet_valid: "name_not_checked", expired: "expired",
};
const RESIDENTS = ["person", "household"];
const PASSES = ["pass", "vehicle", "team"];
const TOLD = ["expired", "revoked", "replaced", "key_compromised", "drill_only", "blank_card"];
const DATED = ["revoked", "expired"];

// `reading` is of verify.js; gives {verdict, reason}.
export function judge(reading, { purpose, area, drill, stale }) {
  const reason = reading.problem === null ? "ok" : REASONS[reading.problem];
  if (reading.payload === null) return { verdict: "no", reason };
  return PURPOSES[purpose].passes ? crossing(reading.payload, reason, { area, drill, stale }) : person(reading.payload, reason, { purpose, drill, stale });
}

function person({ kind, drillOnly }, reason, { purpose, drill, stale }) {
  if (kind !== "person" && !(kind === "household" && PURPOSES[purpose].households)) return { verdict: "no", reason: "wrong_kind" };
  return doubted(reason, { drillOnly, drill, stale });
}

function crossing({ kind, scope, drillOnly }, reason, { area, drill, stale }) {
  if (RESIDENTS.includes(kind)) return { verdict: "check", reason: "resident" };
  if (!PASSES.includes(kind)) return { verdict: "no", reason: "wrong_kind" };
  if (DATED.includes(reason)) return { verdict: "no", reason };
  if (!concerns(String(scope || ""), String(area || ""))) return { verdict: "no", reason: "out_of_area" };
  return doubted(reason, { drillOnly, drill, stale });
}

function doubted(reason, { drillOnly, drill, stale }) {
  if (reason !== "ok") return { verdict: "check", reason };
  if (drillOnly && !drill) return { verdict: "check", reason: "drill_only" };
  return stale ? { verdict: "check", reason: "lists_old" } : { verdict: "go", reason: "ok" };
}

// One area lies in the other: a pass for a village goes through the checkpoint of its township, and the other way round.
export function concerns(scope, area) {
  return scope !== "" && (area.startsWith(scope) || scope.startsWith(area));
}

// A short code that was typed: nothing was signed. Amber, also at a checkpoint, until somebody compared the name. `reason` is what the register says
// of it, where it could be asked.
export function typed(reason = null) {
  if (reason === "wrong_kind") return { verdict: "no", reason };
  return { verdict: "check", reason: TOLD.includes(reason) ? reason : "name_not_checked" };
}

// Where somebody may be taken in without this code.
export function offersWalkIn(verdict, purpose) {
  return verdict === "no" && (purpose === "shelter_in" || purpose === "assembly" || purpose === "relief");
}
