/** The model of a browser: enough for scripts that keep something, and harmless for those that need more. */
import { keptBy } from '../../../../lib/testing/edge/kept-pages.js';
import { ModelledBrowser } from '../../../../lib/testing/edge/modelled-browser.js';
import { attempt, runPage } from '../../../../lib/testing/edge/page-scripts.js';
import { ServiceWorkerModel } from '../../../../lib/testing/edge/service-worker.js';
import { withRepeatedRandom, withStoppedClock } from '../../../../lib/testing/inside/stubbed-sources.js';

const ORIGIN = 'http://127.0.0.1:1';
const pages = (texts: Readonly<Record<string, string>>) => async (_method: string, path: string) =>
  new Response(texts[path] ?? '');

describe('a page', () => {
  const run = (script: string, texts: Readonly<Record<string, string>> = {}) => {
    const browser = new ModelledBrowser(ORIGIN, pages({ '/': `<script>${script}</script>`, ...texts }));
    return runPage(browser, '/').then((shown) => ({ browser, shown }));
  };

  it('keeps what it puts into storage, by method or property', async () => {
    const { browser } = await run(
      "localStorage.setItem('a', 'one'); sessionStorage.b = 'two'; localStorage.c = 3; localStorage.removeItem('c')",
    );
    expect(browser.stored).toBe('one\ntwo');
  });

  it('shows what is given to its document, after answers have come', async () => {
    const script =
      "fetch('/me').then((r) => r.text()).then((me) => { localStorage.me = me; document.querySelector('p').textContent = me; })";
    expect((await run(script, { '/me': 'ada' })).shown.text).toContain('ada');
  });

  it('runs scripts with an address, and what waits for the page', async () => {
    const { browser } = await run("</script><script src='/x.js'>", {
      '/x.js': "document.addEventListener('DOMContentLoaded', () => { localStorage.x = 'loaded' })",
    });
    expect(browser.stored).toBe('loaded');
  });

  it('runs a module, which may await anywhere and export', async () => {
    const { browser } = await run("</script><script type='module' src='/x.js'>", {
      '/x.js': "localStorage.me = await (await fetch('/me')).text();\nexport const done = true;\nexport default done;",
      '/me': 'ada',
    });
    expect(browser.stored).toBe('ada');
  });

  it('has another text for each user wherever a script reads the page, as for a key', async () => {
    const keeps = "const key = 'draft of ' + document.body.dataset.user; localStorage[key] ??= Number(document.width)";
    const { browser } = await run(keeps);
    await runPage(browser, '/');
    expect(browser.local.size).toBe(1);
    browser.usedBy(pages({ '/': `<script>${keeps}</script>` }));
    await runPage(browser, '/');
    expect([...new Set(browser.local.keys())]).toHaveLength(2);
  });

  it('remembers listeners, for a logout', async () => {
    const { browser, shown } = await run(
      "localStorage.a = 'one'; document.getElementById('out').addEventListener('click', () => localStorage.clear())",
    );
    for (const listener of shown.listeners) attempt(listener);
    expect(browser.stored).toBe('');
  });

  it.each([
    "localStorage; throw new Error('x')",
    'localStorage; Promise.reject(1)',
    'localStorage; nowhere.to.be.found()',
    'localStorage; for (;;);',
  ])('survives %s', async (script) => {
    await expect(run(script)).resolves.toBeDefined();
  });
});

describe('a service worker', () => {
  const start = async (source: string, texts = { '/account': 'of ada' }) => {
    const browser = new ModelledBrowser(ORIGIN, pages(texts));
    const worker = new ServiceWorkerModel(browser, '/sw.js');
    await worker.start(source);
    return { browser, worker };
  };

  it('answers what it has cached at its installation, though somebody else asks now', async () => {
    const { browser, worker } = await start(
      "self.addEventListener('install', (e) => e.waitUntil(caches.open('v1').then((c) => c.addAll(['/account']))));" +
        'self.onfetch = (e) => e.respondWith(caches.match(e.request).then((kept) => kept || fetch(e.request)))',
    );
    browser.usedBy(pages({ '/account': 'of bob' }));
    expect(await worker.visit('/account')).toBe('of ada');
    expect(await worker.visit('/other')).toBe('');
  });

  it('leaves to the network what it does not answer', async () => {
    const { worker } = await start("self.addEventListener('fetch', () => {})");
    expect(await worker.visit('/account')).toBeNull();
  });
});

it.each([
  ['private, no-store', {}, 'no'],
  ['', {}, 'back'],
  ['private', {}, 'back'],
  ['no-cache', {}, 'back'],
  ['private, max-age=60', {}, 'shown'],
  ['private, max-age=60', { vary: 'Accept, Cookie' }, 'back'],
  ['private, no-cache, max-age=60', {}, 'back'],
])('a browser may keep "%s" %j: %s', (cacheControl, more, expected) => {
  const headers = Object.entries({ ...(cacheControl && { 'cache-control': cacheControl }), ...more });
  const answer = { status: 200, headers, body: Buffer.alloc(0) };
  expect(keptBy({ answer } as never)).toBe(expected);
});

describe('sources of ids', () => {
  it('stops the clock, and lets it go on', async () => {
    const real = Date;
    await withStoppedClock(async () => {
      const now = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 2));
      expect([Date.now(), Number(new Date(5))]).toEqual([now, 5]);
    });
    expect(Date).toBe(real);
  });

  it('repeats Math.random, and gives it back', async () => {
    const real = Math.random;
    const seen: number[] = [];
    await withRepeatedRandom(async (again) => {
      seen.push(Math.random(), Math.random());
      again();
      seen.push(Math.random(), Math.random());
    });
    expect(seen.slice(0, 2)).toEqual(seen.slice(2));
    expect(seen[0]).not.toBe(seen[1]);
    expect(Math.random).toBe(real);
  });
});
