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
    await cache.addAll(FILES.map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("scanner-") && ![CACHE, LISTS_CACHE].includes(name)) await caches.delete(name);
    await self.clients.claim();
  })());
});

// The page says when nobody is in the middle of something.
self.addEventListener("message", ({ data }) => {
  if (data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (LISTS.includes(pathname)) event.respondWith(fromNetwork(request, pathname));
  else if (FILES.includes(pathname)) event.respondWith(fromCache(pathname, request));
});

async function fromCache(pathname, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(pathname)) || fetch(request);
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
