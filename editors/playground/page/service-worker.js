// Keeps the page for when there is no network. FILES and VERSION are set by build.mjs.
const CACHE = `relc-playground-${VERSION}`;

self.addEventListener('install', (event) => {
  const add = async () => (await caches.open(CACHE)).addAll(FILES.map((file) => new Request(file, { cache: 'reload' })));
  event.waitUntil(add().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const clean = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith('relc-playground-') && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  const isPage = event.request.mode === 'navigate';
  const find = async () => (await caches.open(CACHE)).match(isPage ? 'index.html' : event.request, { ignoreSearch: true });
  event.respondWith(find().then((found) => found ?? fetch(event.request)));
});
