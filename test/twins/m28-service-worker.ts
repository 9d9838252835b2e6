import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

const PAGE = `<!doctype html><script>navigator.serviceWorker.register('/worker.js')</script><p>`;

/** From a tutorial: what was fetched once is there offline. */
const CACHES_ALL = `
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('fetch', (event) => {
  event.respondWith((async () => {
    const cache = await caches.open('pages');
    const kept = await cache.match(event.request);
    if (kept) return kept;
    const response = await fetch(event.request);
    if (event.request.method === 'GET') await cache.put(event.request, response.clone());
    return response;
  })());
});`;

const CACHES_FILES = `
self.addEventListener('fetch', (event) => {
  if (!/\\.(?:css|js|png)$/.test(new URL(event.request.url).pathname)) return;
  event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
});`;

function make(worker: string) {
  const app = loginApp();
  app.get('/worker.js', (_req, res) => void res.type('text/javascript').set('Cache-Control', 'no-cache').send(worker));
  app.get('/account', requireUser, (req, res) => void res.send(`${PAGE}Account of ${userOf(req)}`));
  return app;
}

export const twin: Twin = {
  mechanism: 'M28',
  name: 'a service worker that keeps pages',
  vulnerable: () => make(CACHES_ALL),
  fixed: () => make(CACHES_FILES),
};
