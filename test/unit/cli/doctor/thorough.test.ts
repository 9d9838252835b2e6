/** What only --thorough finds. */
import { createServer, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import express from 'express';
import { quickChecks } from '../../../../lib/cli/doctor/checks.js';
import type { DoctorOptions } from '../../../../lib/cli/doctor/options.js';
import { runDoctor } from '../../../../lib/cli/doctor/run-doctor.js';
import { thoroughChecks } from '../../../../lib/cli/doctor/thorough-checks.js';
import { guard } from '../../../../lib/guard.js';
import { staticExtensions } from '../../../../lib/response/static-extensions.js';
import { type CacheRules, startCachingProxy } from '../../../helpers/caching-proxy.js';
import { CERTIFICATE } from '../../../helpers/certificate.js';

/** However busy the machine is. What is not about all extensions needs fewer requests. */
const SOME = { limits: { requests: 250, seconds: 600 }, close: 600_000 };
const ALL = { ...SOME, limits: { seconds: 600 } };
jest.setTimeout(60_000);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function guarded(): RequestListener {
  const app = express();
  app.use(guard({ cookies: ['sid'], log: false }));
  app.get('/', (_req, res) => void res.send('<script src="/web/js/main.js"></script>'));
  return app;
}

async function diagnose(rules: CacheRules, options: Partial<DoctorOptions> = {}) {
  const proxy = await startCachingProxy(guarded(), rules, () => 0);
  closing.push(() => proxy.close());
  const report = await runDoctor({ url: proxy.origin, thorough: true, pause: async () => {}, ...SOME, ...options });
  return {
    report,
    found: report.findings.filter(({ certainty }) => certainty === 'proved').map(({ mechanism }) => mechanism),
    details: report.findings.map(({ detail }) => detail).join('\n'),
  };
}

interface Case {
  readonly rules: CacheRules;
  readonly found: readonly string[];
  readonly says: RegExp;
  readonly options?: Partial<DoctorOptions>;
}

const CARELESS: Readonly<Record<string, Case>> = {
  'files by name': {
    rules: { path: /\/(?:robots\.txt|favicon\.ico|index\.html)$/ },
    found: ['M15'],
    says: /names of files: robots\.txt favicon\.ico index\.html/,
  },
  'a folder of the page by its raw path': {
    rules: { path: /^\/web\// },
    found: ['M15'],
    says: /takes URLs with \/web\/\.\.%2f for files/,
  },
  'a folder after the path is resolved': {
    rules: { path: /^\/static\//, readsPath: 'normalised' },
    found: ['M15'],
    says: /takes URLs with \.\.%2fstatic\/ for files/,
  },
  'an extension that few know': {
    rules: { path: /\.jxr$/ },
    found: ['M15'],
    says: /like a file: \.jxr/,
    options: ALL,
  },
  'extensions in capitals': { rules: { path: /\.CSS$/ }, found: ['M15'], says: /\.CSS/ },
  'what stands before a delimiter': {
    rules: { path: /%23|%3f/ },
    found: ['M15'],
    says: /reads a URL differently from the app behind %23 %3f/,
  },
  parts: { rules: { onlyRanges: true }, found: ['M11'], says: /keeps parts of private pages/ },
  'eight nodes that keep HTML': {
    rules: { nodes: 8, contentType: /html/ },
    found: ['M11'],
    says: /some of its nodes: HTML/,
  },
};

describe.each(Object.entries(CARELESS))('%s', (_name, { rules, found, says, options }) => {
  it('is found', async () => {
    const diagnosed = await diagnose(rules, options);
    expect(diagnosed.found).toEqual(found);
    expect(diagnosed.details).toMatch(says);
    expect(diagnosed.report.requests).toBeLessThanOrEqual(600);
  });
});

it('is clean behind a good cache', async () => {
  const { report } = await diagnose({ obeys: true }, ALL);
  expect([report.verdict, report.findings]).toEqual(['clean', []]);
  expect(report.notCovered.map(({ what }) => what)).toContain('HTTP/2');
  expect(report.notCovered.map(({ why }) => why)).not.toContain('asked with --thorough');
});

it('asks everything that it lists within its limit', () => {
  const ways = { cookies: ['a', 'b'], headers: ['authorization', 'x-session-token', 'x-key'] } as const;
  const around = {
    prefix: '/app',
    folders: ['a', 'b', 'c', 'd'],
    addresses: Array.from({ length: 9 }, (_none, index) => `127.0.0.${index}`),
    secure: true,
  };
  const checks = [...quickChecks(ways), ...thoroughChecks(ways, around)];
  const requests = checks.reduce((sum, { asks }) => sum + asks.length, 0);
  expect(requests).toBeLessThan(560);
  const asked = checks.filter(({ group }) => group === 'extension').map(({ variant }) => variant.slice(1));
  expect(staticExtensions.filter((extension) => !asked.includes(extension))).toEqual([]);
  expect(new Set(asked).size).toBe(asked.length);
});

it('lets only the credential differ within a check', () => {
  const ways = { cookies: ['sid'], headers: ['authorization'] } as const;
  const checks = [
    ...quickChecks(ways),
    ...thoroughChecks(ways, { prefix: '', folders: [], addresses: [], secure: true }),
  ];
  const differing = checks.filter(
    ({ asks }) => new Set(asks.map(({ by: _by, ...rest }) => JSON.stringify(rest))).size > 1,
  );
  expect([...new Set(differing.map(({ group }) => group))].sort()).toEqual(['304', 'HEAD', 'differing query']);
});

it('finds a cache that leaves the host out of its key, at either level', async () => {
  for (const thorough of [true, false]) {
    const key = ['cookie', 'authorization', 'query'] as const;
    const { report } = await diagnose({ key, path: /none/ }, { thorough, alsoHosts: ['b.test'] });
    expect(report.verdict).toBe('clean');
    const careless = await diagnose({}, { thorough, alsoHosts: ['b.test'] });
    expect(careless.found).toEqual(['M11', 'M24']);
    expect(careless.details).toContain('b.test gets pages of another host');
  }
});

it('finds a confirmation of the page of another', async () => {
  // Answers 304 to whoever brings the ETag that it has for the URL, whoever got it.
  const tags = new Map<string, string>();
  const behind = createServer(guarded());
  const origin = `http://127.0.0.1:${await listening(behind)}`;
  const front = createServer(async (req, res) => {
    const tag = req.headers['if-none-match'];
    if (tag !== undefined && tag === tags.get(req.url ?? '')) return void res.writeHead(304, { ETag: tag }).end();
    const headers = Object.entries(req.headers).filter(([name]) => !['connection', 'host'].includes(name));
    const body = req.method === 'POST' ? '' : null;
    const answer = await fetch(`${origin}${req.url}`, {
      method: req.method ?? 'GET',
      headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
      body,
    });
    tags.set(req.url ?? '', answer.headers.get('etag') ?? '');
    const text = await answer.text();
    res.writeHead(answer.status, { ETag: answer.headers.get('etag') ?? '' }).end(req.method === 'HEAD' ? '' : text);
  });
  const report = await runDoctor({ url: `http://127.0.0.1:${await listening(front)}/`, thorough: true, ...SOME });
  expect(report.findings.filter(({ certainty }) => certainty === 'proved').map(({ mechanism }) => mechanism)).toEqual([
    'M13',
  ]);
  expect(report.findings[0]?.leak).toMatchObject({ where: 'header', name: 'ETag' });
});

it('finds a cache that keeps what is asked over HTTP/2', async () => {
  const kept = new Map<string, string>();
  const app = guarded();
  const server = createSecureServer({ ...CERTIFICATE, allowHTTP1: true }, async (req, res) => {
    if (req.httpVersion !== '2.0') return app(req as never, res as never);
    const page = kept.get(req.url) ?? (await overHttp1(app, req.url, String(req.headers.cookie)));
    kept.set(req.url, page);
    res.end(page);
  });
  const url = `https://127.0.0.1:${await listening(server)}/`;
  const report = await runDoctor({ url, thorough: true, insecureTls: true, ...SOME });
  expect(
    report.findings.filter(({ certainty }) => certainty === 'proved').map(({ detail }) => detail.slice(0, 90)),
  ).toEqual([expect.stringContaining('asked for over HTTP/2')]);
});

it('says so where HTTP/2 is not spoken', async () => {
  const { createServer: createTlsServer } = await import('node:https');
  const url = `https://127.0.0.1:${await listening(createTlsServer(CERTIFICATE, guarded()))}/`;
  const report = await runDoctor({ url, thorough: true, insecureTls: true, ...SOME });
  const http2 = report.notCovered.find(({ what }) => what === 'HTTP/2');
  expect([report.verdict, http2?.why]).toEqual(['clean', expect.stringContaining('no answer')]);
});

/** Only Linux has all of 127.0.0.0/8. */
(process.platform === 'linux' ? it : it.skip)('asks each address of the host', async () => {
  const [good, careless] = [
    await startCachingProxy(guarded(), { obeys: true }, () => 0),
    await startCachingProxy(guarded(), {}, () => 0),
  ];
  closing.push(
    () => good.close(),
    () => careless.close(),
  );
  const port = new URL(good.origin).port;
  const relay = createServer((req, res) => void relayTo(careless.origin, req, res));
  await new Promise<void>((resolve) => relay.listen(Number(port), '127.0.0.2', resolve));
  closing.push(() => closed(relay));
  const report = await runDoctor({
    url: `http://localhost:${port}/`,
    thorough: true,
    ...SOME,
    pause: async () => {},
    resolve: async () => ['127.0.0.1', '127.0.0.2'],
  });
  expect(report.findings.map(({ detail }) => detail.slice(0, 70))).toEqual([
    expect.stringContaining('at 127.0.0.2 keeps private pages'),
  ]);
});

async function relayTo(origin: string, req: Parameters<RequestListener>[0], res: Parameters<RequestListener>[1]) {
  const headers = { cookie: String(req.headers.cookie ?? '') };
  const answer = await fetch(`${origin}${req.url}`, { headers });
  res.writeHead(answer.status).end(await answer.text());
}

async function overHttp1(app: RequestListener, path: string, cookie: string): Promise<string> {
  const server = createServer(app);
  const port = await listening(server);
  return (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie } })).text();
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => closed(server));
  return (server.address() as AddressInfo).port;
}

function closed(server: Server & { closeAllConnections?: () => void }): Promise<unknown> {
  server.closeAllConnections?.();
  return new Promise((resolve) => server.close(resolve));
}
