/** swapproof({ insecureReportOnly: true }): sessions work, and what the guard would do is only told. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import connect from 'connect';
import type { SwapproofOptions } from '../../../lib/options.js';
import { contextOfResponse } from '../../../lib/request/context-storage.js';
import { markPrivate } from '../../../lib/response/sharing.js';
import { FRAMEWORKS, type KitApp, type KitSetting, makeKit, startKit } from '../../helpers/kit-app.js';
import { rawExchange, requestBytes } from '../../helpers/raw-exchange.js';
import { silentStderr } from '../../helpers/silent-stderr.js';
import { toldAndTrue, undated } from '../../helpers/three-ways.js';

beforeEach(() => void jest.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const SHARED = 'public, max-age=60';
const CROSS_SITE = { 'sec-fetch-site': 'cross-site' };

function start(setting: KitSetting = {}, insecureReportOnly = true): Promise<KitApp> {
  return startKit({ ...setting, options: { ...setting.options, insecureReportOnly } });
}

const would = ({ events }: KitApp) =>
  events.filter(({ code }) => code.startsWith('would.')).map(({ code, detail }) => `${code} ${detail.rule}`);

describe.each(FRAMEWORKS)('sessions in a rehearsal on %s', (framework) => {
  it('begin, last, keep their cookies and end', async () => {
    const app = await start({ framework });
    const alice = app.browser();
    await alice.login('alice');
    expect(Object.values(alice.held).every((value) => value !== '')).toBe(true);
    expect(await alice.me()).toMatchObject({ active: true, subject: 'alice' });
    const { headers } = await alice.post('/logout');
    expect(headers['clear-site-data']).toBe('"cache", "storage"');
    expect(alice.held.session).toBe('');
    expect(await alice.me()).toMatchObject({ active: false });
    expect(would(app)).toContain('would.cache.change row 3');
  });
});

describe('a rehearsal of the kit', () => {
  it('renews the activity cookie and repeats the owner tag', async () => {
    const app = await start();
    const alice = app.browser();
    await alice.login('alice');
    app.clock.advance(3 * 3_600_000);
    const { headers, setCookies } = await alice.get('/me');
    expect(setCookies.map((line) => line.split('=', 1)[0])).toEqual([app.names.activity]);
    expect(headers['server-timing']).toMatch(/^swapproof;desc=/);
    expect(headers['cache-control']).toBeUndefined();
  });

  it('lets another site in, and says that it would be refused, once a request', async () => {
    const app = await start();
    const alice = app.browser();
    await alice.login('alice');
    const { status } = await alice.post('/login?as=mallory', { headers: CROSS_SITE });
    expect([status, (await alice.me()).subject]).toEqual([200, 'mallory']);
    const refusals = app.events.filter(({ code }) => code === 'would.refuse');
    expect(refusals).toMatchObject([
      {
        route: 'POST /login',
        severity: 'warn',
        detail: { rule: 'csrf', enforced: '403 Forbidden', why: expect.stringContaining('Sec-Fetch-Site') },
      },
    ]);
    expect(app.codes()).not.toContain('csrf.refused');
    const enforcing = await start({}, false);
    const bob = enforcing.browser();
    await bob.login('bob');
    expect((await bob.post('/login?as=mallory', { headers: CROSS_SITE })).status).toBe(403);
    expect((await enforcing.browser().post('/login?as=mallory', { headers: CROSS_SITE })).status).toBe(403);
  });

  it('lets a form without its token pass, and says that it would be refused', async () => {
    const routes: KitSetting['routes'] = (app, sessions) => {
      app.on('POST', '/act', (req, res) => {
        sessions.requireCsrfToken()(req, res, (error) =>
          res.end(String((error as { code?: string })?.code ?? 'acted')),
        );
      });
    };
    const bodies: string[] = [];
    for (const rehearsing of [true, false]) {
      const app = await start({ routes }, rehearsing);
      const alice = app.browser();
      await alice.login('alice');
      bodies.push((await alice.post('/act')).body);
      expect(would(app).includes('would.refuse csrf token')).toBe(rehearsing);
      expect(app.codes().includes('csrf.refused')).toBe(!rehearsing);
    }
    expect(bodies).toEqual(['acted', 'ERR_CSRF_TOKEN']);
  });

  it('lets a session cookie of somebody else leave, and says so', async () => {
    const routes: KitSetting['routes'] = (app) =>
      app.on('GET', '/copied', (_req, res) => {
        res.setHeader('Set-Cookie', ['__Host-session=somebody-else; Path=/; Secure', 'lang=de']);
        res.end('x');
      });
    const [rehearsing, enforcing] = [await start({ routes }), await start({ routes }, false)];
    const [told, kept] = [await rehearsing.browser().get('/copied'), await enforcing.browser().get('/copied')];
    expect([told.setCookies.length, kept.setCookies]).toEqual([2, ['lang=de']]);
    const [event] = rehearsing.events.filter(({ code }) => code === 'would.cookie.drop');
    expect(event).toMatchObject({
      severity: 'critical',
      detail: { rule: 'foreign cookie', now: 'Set-Cookie: __Host-session', enforced: 'Set-Cookie: lang' },
    });
    expect(JSON.stringify(rehearsing.events)).not.toContain('somebody-else');
    expect(rehearsing.codes()).not.toContain('cookie.foreign');
  });

  it('keeps its own cookie last beside a foreign one', async () => {
    const routes: KitSetting['routes'] = (app, sessions) =>
      app.on('POST', '/both', async (req, res) => {
        await sessions.of(req).start('alice');
        res.writeHead(200, { 'Set-Cookie': '__Host-session=foreign' });
        res.end('x');
      });
    const app = await start({ routes, environment: 'production' });
    const { setCookies } = await app.browser().post('/both');
    const lines = setCookies.filter((line) => line.startsWith('__Host-session='));
    expect(lines.map((line) => line.startsWith('__Host-session=foreign'))).toEqual([true, false]);
  });

  it('answers a read after a shareable head, and says that it would have thrown', async () => {
    const options = { public: ['/feed'] };
    const routes: KitSetting['routes'] = (app, sessions) =>
      app.on('GET', '/feed', (req, res) => {
        res.setHeader('Cache-Control', SHARED);
        res.write('x');
        res.end(String(sessions.of(req).subject));
      });
    const app = await start({ options, routes });
    const alice = app.browser();
    await alice.login('alice');
    expect((await alice.get('/feed')).body).toBe('xalice');
    expect(would(app)).toContain('would.refuse late read');
    expect(app.errors).toEqual([]);
  });

  const PAGE: KitSetting['routes'] = (app, sessions) => {
    app.on('GET', '/account/x.css', (req, res) => void res.end(String(sessions.of(req).subject)));
    app.on('GET', '/invoice.pdf', (req, res) => {
      sessions.privateFile()(req, res, () => res.end(String(sessions.of(req).subject)));
    });
  };

  it('knows who asks under a misread URL, and says that nobody would', async () => {
    const app = await start({ routes: PAGE });
    const alice = app.browser();
    await alice.login('alice');
    app.clock.advance(3 * 3_600_000);
    const { body, setCookies } = await alice.get('/account/x.css');
    expect([body, setCookies.length]).toEqual(['alice', 1]);
    expect(would(app).slice(-2)).toEqual(['would.anonymise misread url', 'would.cache.change row 0b']);
    expect(app.codes()).not.toContain('url.ambiguous');
    const enforcing = await start({ routes: PAGE }, false);
    const bob = enforcing.browser();
    await bob.login('bob');
    expect((await bob.get('/account/x.css')).body).toBe('null');
  });

  it("names a token of the kit's that a misread URL would take, and nobody else's", async () => {
    const app = await start({ routes: PAGE });
    const { token } = await app.sessions.issueToken('alice');
    const asked = async (authorization: string) => {
      app.events.splice(0);
      const { body } = await app.browser().get('/account/x.css', { headers: { authorization } });
      return [body, app.events.find(({ code }) => code === 'would.anonymise')?.detail.now];
    };
    expect(await asked(`Bearer ${token}`)).toEqual(['alice', 'asked with authorization']);
    expect(await asked('Bearer of-another-service')).toEqual(['null', undefined]);
  });

  it('says nothing of a misread URL for a route that sends private files', async () => {
    const app = await start({ routes: PAGE });
    const alice = app.browser();
    await alice.login('alice');
    expect((await alice.get('/invoice.pdf')).body).toBe('alice');
    expect(would(app).slice(-1)).toEqual(['would.cache.change row 3']);
    expect(would(app)).not.toContain('would.anonymise misread url');
  });

  it.each<[string, SwapproofOptions['deception'], string, Record<string, string>, number]>([
    ['speculation', 'anonymous', '/me', { 'sec-purpose': 'prefetch' }, 503],
    ['misread url', 'refuse', '/account/x.css', {}, 400],
  ])('answers what would be refused: %s', async (rule, deception, path, headers, status) => {
    for (const rehearsing of [true, false]) {
      const app = await start({ routes: PAGE, options: { deception: deception ?? 'anonymous' } }, rehearsing);
      const alice = app.browser();
      await alice.login('alice');
      const answer = await alice.get(path, { headers });
      expect(answer.status).toBe(rehearsing ? 200 : status);
      if (rehearsing)
        expect([answer.body, would(app).slice(-1)]).toEqual([
          expect.stringContaining('alice'),
          [`would.refuse ${rule}`],
        ]);
    }
  });

  it('serves behind a library that was mounted before, and names the rule', async () => {
    const before: KitSetting['before'] = (app) =>
      app.use((req: IncomingMessage, _res: ServerResponse, next: () => void) => {
        Object.assign(req, { sessionStore: {}, sessionID: 'x' });
        next();
      });
    const app = await start({ before });
    expect((await app.browser().get('/me')).status).toBe(200);
    const [event] = app.events.filter(({ code }) => code === 'would.refuse');
    expect(event).toMatchObject({
      route: 'GET /me',
      detail: { rule: 'mount order', enforced: 'an error, ERR_MOUNT_ORDER' },
    });
    expect((await (await start({ before }, false)).browser().get('/me')).body).toBe('ERR_MOUNT_ORDER');
  });

  it('still refuses a write on a GET', async () => {
    const routes: KitSetting['routes'] = (app, sessions) =>
      app.on('GET', '/start', async (req) => sessions.of(req).start('alice'));
    const app = await start({ routes });
    expect((await app.browser().get('/start')).body).toBe('ERR_SESSION_WRITE_ON_SAFE_METHOD');
  });

  it('still names nobody by two session cookies', async () => {
    const app = await start();
    const [alice, bob] = [app.browser(), app.browser()];
    await alice.login('alice');
    await bob.login('bob');
    const name = app.names.session;
    const cookie = `${name}=${alice.held.session}; ${name}=${bob.held.session}`;
    expect(await app.browser().me({ cookie })).toMatchObject({ active: false, inactiveBecause: 'ambiguous' });
  });

  it('reports, and is silent about what it did not do', async () => {
    const app = await start();
    const alice = app.browser();
    await alice.login('alice');
    await alice.me();
    const { changes, rehearsing } = app.sessions.report();
    expect(rehearsing).toBe(true);
    expect(changes.map(({ route, rule }) => [route, rule])).toEqual(
      expect.arrayContaining([
        ['GET /me', 'row 3'],
        ['POST /login', 'row 3'],
      ]),
    );
    expect(app.codes().filter((code) => /^(?:cache|cookie)\./.test(code))).toEqual([]);
    expect((await start({}, false)).sessions.report()).toMatchObject({ rehearsing: false, changes: [] });
  });
});

/** Rows that need a kit: the session was read, or nothing is said about caches. */
const ROWS: Readonly<Record<string, (res: ServerResponse) => void>> = {
  2: (res) => void res.writeHead(200, { 'Cache-Control': SHARED, ETag: '"x"' }).end('x'),
  3: (res) => void res.writeHead(200, { Vary: 'Accept' }).end('x'),
  7: (res) => void res.end('x'),
  '0': (res) => {
    if (contextOfResponse(res)) markPrivate(res);
    res.end('x');
  },
};

it.each(Object.entries(ROWS))(
  'changes not a byte without a session, and tells the truth: row %s',
  async (row, answer) => {
    const answers = [];
    const events: KitApp['events'] = [];
    for (const options of [
      null,
      { insecureReportOnly: true, log: (event) => events.push(event) },
      {},
    ] as (Partial<SwapproofOptions> | null)[]) {
      const kit = options && silentStderr(() => ({ kit: makeKit(options) })).kit;
      const app = connect();
      if (kit) app.use(kit);
      app.use((req: IncomingMessage, res: ServerResponse) => {
        if (row === '2' || row === '3') void kit?.of(req).active;
        answer(res);
      });
      answers.push(undated((await rawExchange(app, requestBytes('GET', '/'))).raw));
      await kit?.close();
    }
    const [bare = '', rehearsed = '', enforced = ''] = answers;
    const wouldBe = events.filter(({ code }) => code.startsWith('would.'));
    expect(rehearsed).toBe(bare);
    const { told, true: truth } = toldAndTrue({ bare, rehearsed, enforced, events: wouldBe, enforcedCodes: [] });
    expect([told, told.length > 0]).toEqual([truth, true]);
    expect(wouldBe.map(({ detail }) => detail.rule)).toEqual([`row ${row}`]);
  },
);
