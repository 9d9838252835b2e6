/**
 * One browser, used by ada and then by bob: what its cache, its storage and a service worker keep of her, by the headers of her
 * pages and by their scripts, which are run in a model. A real back/forward cache, IndexedDB, and modules that import
 * others are not modelled.
 */
import { type Exchange, valuesOf } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { offsetOf } from '../../../evidence/marks.js';
import { cleared, keptBy } from '../../edge/kept-pages.js';
import { type Fetches, ModelledBrowser } from '../../edge/modelled-browser.js';
import { attempt, runPage } from '../../edge/page-scripts.js';
import { ServiceWorkerModel } from '../../edge/service-worker.js';
import { type Target, targetsOf } from '../../edge/targets.js';
import { logOut } from '../../world/log-out.js';
import type { Person } from '../../world/person.js';
import { bodyOf } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { World } from '../../world/world.js';

export const leftInTheBrowser: SuiteCase = {
  title: 'what a browser keeps of one user for the next',
  mechanisms: ['M28'],
  async run(world) {
    const [ada] = await world.people(2);
    const targets = await targetsOf(world, ada);
    const out = await logOut(world, ada);
    const byHeaders = keptPages(world, targets, out);
    world.remark({ what: 'what only a browser shows of the user before', mechanisms: [], why: NO_BROWSER });
    if (!world.inProcess) {
      world.remark({
        what: 'scripts and service workers of the pages',
        mechanisms: [],
        why: 'they are run only for an app in this process',
      });
      return byHeaders;
    }
    return [...byHeaders, ...(await byWorker(world, targets)), ...(await byScripts(world, targets))];
  },
};

function keptPages(world: World, targets: readonly Target[], out: Exchange | null): NewFinding[] {
  if (out !== null && cleared(out)('cache')) return [];
  // What says nothing about caching, or too much, has been found behind caches.
  const kept = targets.filter(({ personal, plain, path }) => {
    return personal && keptBy(plain) !== 'no' && !world.explained(path);
  });
  const shown = kept.filter(({ plain }) => keptBy(plain) === 'shown');
  const [first] = [...shown, ...kept];
  if (first === undefined) return [];
  const pages = [...new Set(kept.map(({ path }) => path))].join(', ');
  return [
    {
      ...about(first.plain.asker, pages),
      certainty: shown.length > 0 ? 'proved' : 'warning',
      exchanges: [first.plain, ...(out === null ? [] : [out])].map((exchange) => world.journal.show(exchange)),
      leak: {
        where: 'header',
        name: 'Cache-Control',
        offset: null,
        excerpt: valuesOf(first.plain.answer?.headers ?? [], 'cache-control').join(', '),
      },
      detail:
        `${pages}: the browser may keep it, since it does not say no-store, and the logout sends no Clear-Site-Data: "cache". ` +
        (shown.length > 0
          ? 'For as long as it is fresh, whoever uses the browser next is shown it without a request, by its ordinary address.'
          : 'Browsers were seen to show it by the back button, after the logout and the login of somebody else, without a request.'),
    },
  ];
}

async function byWorker(world: World, targets: readonly Target[]): Promise<NewFinding[]> {
  const path = targets.map(({ plain }) => REGISTERS.exec(bodyOf(plain))?.[1]).find((found) => found !== undefined);
  if (path === undefined) return [];
  const [ada, bob] = await world.people(2);
  const browser = new ModelledBrowser(world.origin, fetchesOf(ada));
  const worker = new ServiceWorkerModel(browser, path);
  await worker.start(await (await browser.fetch(path)).text());
  const pages = targets.filter(({ personal, plain }) => personal && plain.answer?.status === 200);
  for (const page of pages) await worker.visit(page.path);
  const out = await logOut(world, ada);
  if (out !== null && cleared(out)('storage')) return [];
  browser.usedBy(fetchesOf(bob));
  for (const page of pages) {
    const answer = await worker.visit(page.path);
    if (answer !== null && holdsMarkOf(world, ada, answer))
      return [{ ...about(ada.label, page.path), receiver: bob.label, detail: WORKER }];
  }
  return [];
}

async function byScripts(world: World, targets: readonly Target[]): Promise<NewFinding[]> {
  const pages = targets.filter(({ plain }) => plain.answer?.status === 200 && /<script\b/i.test(bodyOf(plain)));
  for (const { path } of pages) {
    const [ada, bob] = await world.people(2);
    const browser = new ModelledBrowser(world.origin, fetchesOf(ada));
    const { listeners } = await runPage(browser, path);
    if (!holdsMarkOf(world, ada, browser.stored)) continue;
    for (const listener of listeners.filter((one) => FORGETS.test(String(one)))) attempt(listener);
    const out = await logOut(world, ada);
    if (out !== null && cleared(out)('storage')) continue;
    browser.usedBy(fetchesOf(bob));
    const { text } = await runPage(browser, path);
    if (holdsMarkOf(world, ada, text)) return [{ ...about(ada.label, path), receiver: bob.label, detail: SCRIPT }];
    if (holdsMarkOf(world, ada, browser.stored))
      return [{ ...about(ada.label, path), certainty: 'warning', detail: STORED }];
  }
  return [];
}

const NO_BROWSER =
  'IndexedDB, modules that import others, workers that import scripts, and the back/forward cache are not modelled: log out and press Back in ' +
  'a real browser once';
const REGISTERS = /serviceWorker\s*\.\s*register\(\s*['"`]([^'"`]+)/;
const FORGETS = /removeItem|\.clear\(|log-?out|sign-?out/i;

function fetchesOf(person: Person): Fetches {
  return async (method, path, body) => {
    const { answer } = await person.ask({ method, path, ...(body !== undefined && { body }) });
    if (answer === null) throw new TypeError('no answer');
    const bodiless = [204, 205, 304].includes(answer.status);
    const text = bodyOf({ answer } as Exchange);
    const headers = answer.headers.filter(
      ([name]) => !/^(?:content-(?:length|encoding)|transfer-encoding)$/i.test(name),
    );
    return new Response(bodiless ? null : text, { status: answer.status, headers: headers.map(([...pair]) => pair) });
  };
}

function holdsMarkOf(world: World, { label }: Person, text: string): boolean {
  return world.marksOf(label).some((mark) => offsetOf(text, mark) >= 0);
}

function about(
  owner: string | null,
  path: string,
): Pick<NewFinding, 'mechanism' | 'title' | 'owner' | 'receiver' | 'exchanges'> {
  return {
    mechanism: 'M28',
    title: `the browser keeps ${path} of ${owner} for whoever uses it next`,
    owner,
    receiver: null,
    exchanges: [],
  };
}

const WORKER =
  'Ada visited it with the service worker of the app at work, and logged out. Then bob logged in in the same browser, and the worker ' +
  'gave him ada\'s page out of its cache. Do not cache what is personal, and send Clear-Site-Data: "storage" at logout.';
const SCRIPT =
  "Ada's page kept something of hers in localStorage or sessionStorage, and the logout did not clear it. Then bob logged in in the same " +
  "browser, and the page's script showed it to him.";
const STORED =
  "Ada's page kept something of hers in localStorage or sessionStorage, and it is still there after her logout and the login of bob.";
