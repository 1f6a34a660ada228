// The service worker. Before these lines the server puts the import of the outbox and of the doors' parts (PARTS), and
//   KEPT = {version, files, static, current, offline, pages, csrfUrl, loginUrl}
// A part is a module of a door that answers some addresses itself when the network does not: {owns, respond, keep,
// caches_kept}; see ui/README.md.
// Static files of the interface: from the phone, renewed with each version. Other static files: from the phone,
// renewed behind. Pages that are meant for offline use: from the network, else the last copy. Others: the network,
// else a page that says so in words.

const STATIC = `static-${KEPT.version}`;
const PAGES = "pages";
const PATIENCE = 5000;
const AWAY = new Set([502, 503, 504]); // the server, or what stands behind it, is not there: as good as no network
const ANY_DIGEST = /^\/static\/[0-9a-f]{12}\//;

self.addEventListener("install", (event) => {
  event.waitUntil(fillStatic().then(() => self.skipWaiting()));
});

async function fillStatic() {
  const cache = await caches.open(STATIC);
  await Promise.all([...KEPT.files, KEPT.offline].map((url) => cache.add(new Request(url, { cache: "reload" }))));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(clearOld().then(() => self.clients.claim()));
});

async function clearOld() {
  const names = await caches.keys();
  const ours = new Set([STATIC, PAGES, ...PARTS.flatMap((part) => part.caches_kept)]);
  await Promise.all(names.filter((name) => !ours.has(name)).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method !== "GET") {
    if (KEPT.leaving.some((path) => url.pathname.startsWith(path))) event.waitUntil(caches.delete(PAGES));
    return;
  }
  const part = PARTS.find((one) => one.owns(url, request));
  if (url.pathname.startsWith(KEPT.static)) event.respondWith(fromStatic(event));
  else if (part) event.respondWith(part.respond(event, offlinePage));
  else if (request.headers.has("HX-Request") || request.headers.has("If-None-Match")) return;
  else if (KEPT.pages.some((path) => url.pathname.startsWith(path))) event.respondWith(networkFirst(event));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => offlinePage()));
});

async function fromStatic(event) {
  const cache = await caches.open(STATIC);
  // A page that was kept before an upgrade names files by the digest of then: the same file of now stands for it.
  const pathname = new URL(event.request.url).pathname.replace(ANY_DIGEST, KEPT.current);
  const found = (await cache.match(event.request)) ?? (await cache.match(pathname));
  if (found && KEPT.files.includes(pathname)) return found;
  const fresh = fetch(event.request).then((response) => {
    if (response.status === 200) cache.put(event.request, response.clone());
    return response;
  });
  if (!found) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  return found;
}

async function networkFirst(event) {
  const cache = await caches.open(PAGES);
  const fresh = fetch(event.request).then((response) => {
    if (response.status === 200 && !response.redirected) cache.put(event.request, response.clone());
    return response;
  });
  event.waitUntil(fresh.catch(() => {}));
  const found = await cache.match(event.request);
  if (!found) return fresh.catch(() => (event.request.mode === "navigate" ? offlinePage() : Response.error()));
  const tooLong = new Promise((resolve) => setTimeout(() => resolve(found), PATIENCE));
  const usable = fresh.then((response) => (AWAY.has(response.status) ? found : response));
  return Promise.race([usable.catch(() => found), tooLong]);
}

async function offlinePage() {
  const cache = await caches.open(STATIC);
  return (await cache.match(KEPT.offline)) ?? Response.error();
}

self.addEventListener("message", (event) => {
  const { kind } = event.data ?? {};
  // A page that opened while this worker began, or was reloaded past it, is in nobody's charge until it asks.
  if (kind === "claim") event.waitUntil(self.clients.claim());
  // Another person on this device: the pages of the one before are nobody's business.
  if (kind === "forget-pages") event.waitUntil(caches.delete(PAGES));
  if (kind === "keep-part") event.waitUntil(Promise.all(PARTS.map((part) => part.keep(event.data, KEPT.version))).catch(() => {}));
  if (kind === "keep-static") event.waitUntil(keepStatic(event.data.urls).catch(() => {}));
});

// What a page has just loaded, so that it is there next time without a network.
async function keepStatic(urls) {
  const cache = await caches.open(STATIC);
  const ours = urls.filter((url) => url.startsWith(KEPT.static));
  await Promise.all(ours.map(async (url) => (await cache.match(url)) ?? cache.add(url)));
}

self.addEventListener("sync", (event) => {
  if (event.tag === "youlin-outbox") event.waitUntil(flush({ ...KEPT, force: true }));
});

self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? {};
  if (!told.title) return;
  event.waitUntil(
    self.registration.showNotification(told.title, {
      body: told.body ?? "",
      icon: KEPT.icon,
      tag: told.tag,
      data: { url: told.url ?? "/" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/", location.origin);
  if (url.origin === location.origin) event.waitUntil(self.clients.openWindow(url.href));
});
