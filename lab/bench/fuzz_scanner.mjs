// The scanner's own reader under fire: so many forged tokens, in two threads. One JSON request in, one answer out:
// {scripts (address of the reader's folder), office, tokens, seed, samples, threads} → {tokens, exceptions, false_accepts, false_refusals, words, examples, samples}.

import { readFileSync } from "node:fs";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { Forge, chance } from "./forging.mjs";

const MOST_EXAMPLES = 20;

async function fired({ scripts, office, tokens, seed, samples }) {
  const { openRevoked, openTrust } = await import(`${scripts}/lists.js`);
  const { read } = await import(`${scripts}/verify.js`);
  const now = new Date(office.now * 1000);
  const trust = await openTrust(office.trust, { root: office.root, now });
  const revoked = await openRevoked(office.revoked, { trust, now });
  const forge = new Forge(office, chance(seed));
  const done = { tokens, exceptions: 0, false_accepts: 0, false_refusals: 0, words: {}, examples: [], samples: [] };
  const every = samples ? Math.max(1, Math.floor(tokens / samples)) : 0;
  for (let number = 0; number < tokens; number += 1) {
    const { text, ours, how } = forge.one();
    let reading = null;
    let wrong = null;
    try {
      reading = await read(text, { hosts: office.hosts, trust, revoked, now });
      if (reading.payload !== null && !ours) wrong = "false_accepts";
      if (reading.payload === null && ours) wrong = "false_refusals";
    } catch (thrown) {
      wrong = "exceptions";
      reading = { problem: `thrown ${thrown}`, payload: null, kid: null, keyStatus: null };
    }
    const word = reading.problem === null ? "good" : reading.problem;
    done.words[word] = (done.words[word] || 0) + 1;
    if (wrong !== null) {
      done[wrong] += 1;
      if (done.examples.length < MOST_EXAMPLES) done.examples.push({ wrong, how, text, word });
    }
    if (every && number % every === 0 && done.samples.length < samples) done.samples.push({ text, how, ...reading });
  }
  return done;
}

function added(one, other) {
  const words = { ...one.words };
  for (const [word, count] of Object.entries(other.words)) words[word] = (words[word] || 0) + count;
  const sum = (name) => one[name] + other[name];
  return {
    tokens: sum("tokens"), exceptions: sum("exceptions"), false_accepts: sum("false_accepts"), false_refusals: sum("false_refusals"), words,
    examples: [...one.examples, ...other.examples], samples: [...one.samples, ...other.samples],
  };
}

function inThread(request) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: request });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

if (isMainThread) {
  const { threads, tokens, seed, samples, ...rest } = JSON.parse(readFileSync(0, "utf8"));
  const share = (whole, number) => Math.floor(whole / threads) + (number < whole % threads ? 1 : 0);
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, number) =>
      inThread({ ...rest, tokens: share(tokens, number), samples: share(samples, number), seed: seed * threads + number }),
    ),
  );
  process.stdout.write(JSON.stringify(parts.reduce(added)));
} else {
  parentPort.postMessage(await fired(workerData));
}
