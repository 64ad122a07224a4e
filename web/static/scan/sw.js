// Keeps the scanner on this phone: every file of one version, from a fixed list. What waits to be sent lies in the database and is never touched here.

"use strict";

const VERSION = "@VERSION@";
const FILES = ["@FILES@"];
const CACHE = `scanner-${VERSION}`;
const LISTS_CACHE = "scanner-lists";
const LISTS = ["/api/v1/trust.json", "/api/v1/revoked.json"];

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await Promise.all(FILES.map((path) => fetched(cache, path)));
  })());
});

// One file of this version. The office may have gone on to another meanwhile: then nothing of this one is used, and the next try begins anew.
async function fetched(cache, path) {
  const answer = await fetch(new Request(path, { cache: "reload", credentials: "omit" }));
  const version = answer.headers.get("Mashang-Version");
  if (!answer.ok || (version !== null && version !== VERSION)) throw new Error(`${path} is not of this version`);
  await cache.put(path, answer);
}

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The page says when nobody is in the middle of something; and, when it opens, of which version it is.
self.addEventListener("message", (event) => {
  const { data, source } = event;
  if (data === "take over") self.skipWaiting();
  else if (data && data.opened === VERSION) event.waitUntil(tidied());
  else if (data && data.opened) source.postMessage({ newest: VERSION });
});

// Former versions go when no page of theirs can stand open any more. A newer one that waits keeps what it brought.
async function tidied() {
  const names = await caches.keys();
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.filter(({ url }) => new URL(url).pathname.startsWith("/scan/")).length > 1) return;
  if (self.registration.waiting || self.registration.installing) return;
  await Promise.all(names.filter((name) => name.startsWith("scanner-") && ![CACHE, LISTS_CACHE].includes(name)).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (LISTS.includes(pathname)) event.respondWith(fromNetwork(request, pathname));
  else if (FILES.includes(pathname)) event.respondWith(fromCache(pathname, request, searchParams.get("v")));
});

// A page that stands open since the version before asks for its own.
async function fromCache(pathname, request, version) {
  const former = version && version !== VERSION && (await caches.has(`scanner-${version}`)) ? await caches.open(`scanner-${version}`) : null;
  const found = (former && (await former.match(pathname))) || (await (await caches.open(CACHE)).match(pathname));
  return found || fetch(request);
}

// The lists: from the network, and the last ones that came where there is none; these say so.
async function fromNetwork(request, pathname) {
  const cache = await caches.open(LISTS_CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(pathname, answer.clone());
    return answer;
  } catch (away) {
    const kept = await cache.match(pathname);
    if (!kept) throw away;
    const headers = new Headers(kept.headers);
    headers.set("Mashang-Kept", "1");
    return new Response(kept.body, { status: 200, headers });
  }
}
