/** Every configuration of a careless cache that a plain probe misses, and a good one: found, and named. */
import express from 'express';
import type { DoctorOptions } from '../../../../lib/cli/doctor/options.js';
import { runDoctor } from '../../../../lib/cli/doctor/run-doctor.js';
import { guard } from '../../../../lib/guard.js';
import { type CacheRules, type CachingProxy, startCachingProxy } from '../../../helpers/caching-proxy.js';

/** However busy the machine is. */
const PATIENT = { limits: { seconds: 600 }, close: 600_000 };
jest.setTimeout(60_000);

const running: CachingProxy[] = [];
afterEach(() => Promise.all(running.splice(0).map((proxy) => proxy.close())));

/** Doctor in front of a cache in front of an app whose session cookie is `sid`. Time passes only while doctor pauses. */
async function diagnose(rules: CacheRules, options: Partial<DoctorOptions> = {}) {
  let time = 0;
  const app = express();
  app.use(guard({ cookies: ['sid'], headers: ['x-key'], log: false }));
  app.get('/', (_req, res) => void res.send('<p>hello</p>'));
  const proxy = await startCachingProxy(app, rules, () => time);
  running.push(proxy);
  const pause = async (milliseconds: number) => {
    time += milliseconds;
  };
  const report = await runDoctor({ url: proxy.origin, pause, ...PATIENT, ...options });
  const found = report.findings.map(({ mechanism, certainty }) => `${certainty} ${mechanism}`);
  return { report, found, details: report.findings.map(({ detail }) => detail).join('\n'), proxy };
}

const FULL_KEY = ['cookie', 'authorization', 'query', 'accept', 'method', 'host'] as const;

interface Case {
  readonly rules: CacheRules;
  readonly found: readonly string[];
  readonly says: RegExp;
}

/** The key knows every session, but ... */
const CARELESS: Readonly<Record<string, Case>> = {
  'the path alone': { rules: {}, found: ['proved M11'], says: /Not in its key: the cookie sid, the query, Accept\./ },
  'POST is kept': { rules: { methods: ['POST'] }, found: ['proved M11'], says: /keeps answers to POST/ },
  'the first of two cookies': {
    rules: { key: ['first cookie', 'authorization', 'query', 'accept', 'method'], bypassCookie: 'none' },
    found: ['proved M12', 'proved M11', 'proved M7'],
    says: /first of two cookies/,
  },
  'another header that the app accepts': {
    rules: { key: FULL_KEY },
    found: ['proved M12', 'proved M11'],
    says: /does not know X-Session-Token X-Key for a credential/,
  },
  'only HTML is kept': { rules: { contentType: /html/ }, found: ['proved M11'], says: /keeps pages of HTML/ },
  'only URLs with a query': {
    rules: { onlyWithQuery: true, key: ['query'] },
    found: ['proved M11'],
    says: /keeps what has a query/,
  },
  'URLs with a query, by their path': {
    rules: { onlyWithQuery: true },
    found: ['proved M11'],
    says: /keeps what has a query.*Also found: another query each/,
  },
  'a HEAD that answers the next GET': {
    rules: { keepsOf: ['HEAD'] },
    found: ['proved M11'],
    says: /answers a GET from what it kept of a HEAD/,
  },
  'downloads by extension': {
    rules: { path: /\.(?:pdf|csv|zip|woff2)$/ },
    found: ['proved M15'],
    says: /ends like a file: \.pdf \.csv \.zip \.woff2/,
  },
  'a bypass for the wrong cookie': {
    rules: { bypassCookie: 'connect.sid' },
    found: ['proved M11'],
    says: /the cookie sid/,
  },
  'a bypass for the right cookie, and not for the header': {
    rules: { bypassCookie: 'sid', key: ['authorization'] },
    found: ['proved M12', 'proved M11'],
    says: /private pages of people without a session.*In its key, or a reason to bypass: the cookie sid/s,
  },
  'files of visitors, with users kept apart': {
    rules: { path: /\.(?:css|js|png|woff2)$/, key: ['cookie'], hides: ['cache-control', 'vary'] },
    found: ['proved M12'],
    says: /like a file: \.css \.js \.png \.woff2\. .*bypass: the cookie sid.*"Cache Assets" of Nginx Proxy Manager/,
  },
  'collapsing alone': {
    rules: { collapses: true, keepsNothing: true },
    found: ['proved M9'],
    says: /all who ask at the same time/,
  },
  'four nodes': { rules: { nodes: 4 }, found: ['proved M11'], says: /keeps private pages/ },
};

describe.each(Object.entries(CARELESS))('%s', (_name, { rules, found, says }) => {
  it('is found', async () => {
    const diagnosed = await diagnose(rules);
    expect(diagnosed.found).toEqual(found);
    expect(diagnosed.details).toMatch(says);
    expect(diagnosed.report.verdict).toBe('swapped');
    expect(diagnosed.report.requests).toBe(diagnosed.proxy.count());
    expect(diagnosed.report.requests).toBeLessThanOrEqual(60);
  });
});

it.each<[string, CacheRules]>([
  ['that obeys', { obeys: true }],
  ['that keeps nothing', { keepsNothing: true }],
  ['that obeys on two nodes', { obeys: true, nodes: 2 }],
  ['that keeps by the whole request', { obeys: true, key: FULL_KEY }],
])('is clean behind a cache %s', async (_what, rules) => {
  const { report, found } = await diagnose(rules);
  expect([report.verdict, found, report.ok]).toEqual(['clean', [], true]);
  expect(report.requests).toBeLessThanOrEqual(60);
});

it('is clean where files are kept without the credential, which never reaches the app', async () => {
  const { report } = await diagnose({ path: /\.css$/, drops: ['cookie'], dropsFor: /\.css$/ });
  expect([report.verdict, report.findings]).toEqual(['clean', []]);
  expect(report.notCovered).toContainEqual({
    what: 'extensions .css',
    mechanisms: [],
    why: 'the credential is taken away there before it reaches the app, so nothing personal is kept',
  });
});

it('can not tell where answers come too slowly to meet in a cache', async () => {
  const { report } = await diagnose({ obeys: true }, { close: -1 });
  expect(report.verdict).toBe('cannot-tell');
  expect(report.summary).toContain('the answers came too slowly');
});
