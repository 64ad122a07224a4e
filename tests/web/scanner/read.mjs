// The scanner's own reader, asked from outside: one JSON request in on standard input, one JSON answer out.
// {frame: {now, hosts, root, trust, revoked}, texts, lists: {trust, revoked}, short: {typed, codes}} → the same names with what was read.

import { readFileSync } from "node:fs";
import { openRevoked, openTrust, ListRefused } from "../../../web/static/scan/lists.js";
import { read } from "../../../web/static/scan/verify.js";
import { grouped, normalise, valid } from "../../../web/static/scan/shortcode.js";

const { frame, texts = [], lists = {}, short = {} } = JSON.parse(readFileSync(0, "utf8"));
const now = new Date(frame.now * 1000);
const trust = await openTrust(frame.trust, { root: frame.root, now });
const revoked = await openRevoked(frame.revoked, { trust, now });

async function problem(opening) {
  try {
    await opening;
    return null;
  } catch (refused) {
    if (!(refused instanceof ListRefused)) throw refused;
    return refused.problem;
  }
}

const readings = [];
for (const text of texts) readings.push(await read(text, { hosts: frame.hosts, trust, revoked, now }));
const answer = { readings, trust: [], revoked: [], typed: [], codes: [] };
for (const text of lists.trust || []) answer.trust.push(await problem(openTrust(text, { root: frame.root, now, newest: trust })));
for (const text of lists.revoked || []) answer.revoked.push(await problem(openRevoked(text, { trust, now, newest: revoked })));
for (const text of short.typed || []) answer.typed.push(normalise(text));
for (const code of short.codes || []) answer.codes.push({ valid: valid(code), grouped: grouped(code) });
process.stdout.write(JSON.stringify(answer));
