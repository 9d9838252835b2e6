/** Apps with a mistake are told from the same apps without it, by the right mechanism, and the right users are named. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { RequestListener, Server } from 'node:http';
import express, { type RequestHandler } from 'express';
import { cacheSim } from '../../../../lib/testing/cache-sim/cache-sim.js';
import { fastClock, hammered, mechanismsOf, NAMES, type Served, served } from '../../../helpers/hammered.js';
import { type Handler, loginApp, requireUser, userOf } from '../../../twins/login-app.js';
import { twin as moduleVariable } from '../../../twins/m01-module-variable.js';
import { twin as denied } from '../../../twins/m03-deny-path.js';
import { twin as lru } from '../../../twins/m06-lru-fetch.js';
import { twin as inFlight } from '../../../twins/m09-in-flight.js';
import { twin as contentLength } from '../../../twins/m18-content-length.js';
import type { Twin } from '../../../twins/twin.js';

jest.setTimeout(60_000);
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function opened<S extends Served>(one: S): S {
  closing.push(() => one.close());
  return one;
}

type Kind = 'vulnerable' | 'fixed';

interface Case {
  readonly name: string;
  readonly mechanism: string;
  readonly routes?: readonly string[];
  readonly whoami?: string;
  make(kind: Kind): Promise<string>;
}

const ofTwin = (twin: Twin): Case => ({
  name: twin.name,
  mechanism: twin.mechanism,
  ...(Array.isArray(twin.suite?.routes) && { routes: twin.suite.routes }),
  async make(kind) {
    const app = (await twin[kind]({ seed: 'hammer', mail: () => {} })) as RequestListener | Server;
    return opened(await served(app)).origin;
  },
});

/** The user in AsyncLocalStorage, from a cookie that is read at once: `enterWith()` then stays on the connection. */
function entering(kind: Kind) {
  const current = new AsyncLocalStorage<string | undefined>();
  const enter: RequestHandler = (req, _res, next) => {
    const [, user] = /(?:^|; )known=([\w-]+)/.exec(req.headers.cookie ?? '') ?? [];
    if (kind === 'fixed') return current.run(user, next);
    if (user) current.enterWith(user);
    next();
  };
  const app = express().use(enter, express.urlencoded({ extended: false }));
  app.post('/login', (req, res) => void res.cookie('known', req.body.username).redirect(303, '/account'));
  return app.get('/account', (_req, res) => void res.send(`Hello ${current.getStore() ?? 'stranger'}`));
}

/** What is the user's own, in a script that renews the session (ERPNext's website_script.js). */
function withScript() {
  const app = loginApp({ session: { rolling: true } });
  app.get('/account', requireUser as never, (_req, res) => {
    res.set('Cache-Control', 'private, no-store').send('<script src="/own.js"></script><h1>Yours</h1>');
  });
  app.get('/own.js', (req, res) => void res.type('js').send(`const user = ${JSON.stringify(userOf(req) ?? null)}`));
  return app;
}

const behind = async (profile: number, app: RequestListener): Promise<string> => {
  const cache = await cacheSim(profile, { clock: fastClock }).listen(app);
  closing.push(() => cache.close());
  return cache.url;
};

/** Answers kept by their URL, as apicache keeps them. */
function keeping(kind: Kind) {
  const kept = new Map<string, string>();
  const app = loginApp();
  return app.get('/account', requireUser as never, (req, res) => {
    const key = kind === 'fixed' ? `${userOf(req)} ${req.originalUrl}` : req.originalUrl;
    kept.set(key, kept.get(key) ?? `<h1>Hello ${userOf(req)}</h1>`);
    res.send(kept.get(key));
  });
}

const ofApp = (mechanism: string, name: string, app: (kind: Kind) => RequestListener): Case => ({
  name,
  mechanism,
  make: async (kind) => opened(await served(app(kind))).origin,
});

const CASES: readonly Case[] = [
  { ...ofApp('M3', 'a context that stays on the connection', entering), whoami: '/account' },
  ofApp('M6', 'answers kept by their URL', keeping),
  ...[moduleVariable, denied, lru, inFlight, contentLength].map(ofTwin),
];

describe.each(CASES)('$mechanism, $name', ({ mechanism, make, routes, whoami }) => {
  it('is found where it is', async () => {
    const report = await hammered(await make('vulnerable'), {
      ...(routes && { routes }),
      ...(whoami && { whoami }),
    });
    expect([report.verdict, mechanismsOf(report)]).toEqual(['swapped', [mechanism]]);
    for (const { owner, receiver, exchanges, leak } of report.findings) {
      expect(NAMES).toContain(owner);
      expect([...NAMES, null]).toContain(receiver);
      expect(owner).not.toBe(receiver);
      expect(exchanges.at(-1)?.asker).toBe(receiver);
      expect(leak?.excerpt ?? '').not.toBe('');
    }
  });

  it('is not found where it is not', async () => {
    const report = await hammered(await make('fixed'), { ...(routes && { routes }), ...(whoami && { whoami }) });
    expect({ verdict: report.verdict, findings: report.findings, summary: report.summary }).toMatchObject({
      verdict: 'clean',
      findings: [],
    });
  });
});

describe('behind a cache', () => {
  const rolling = () => {
    const app = loginApp({ session: { rolling: true } });
    app.get('/account', requireUser as never, (req, res) => void res.send(`<h1>Hello ${userOf(req)}</h1>`));
    return app;
  };

  it('that keeps everything for a second, sessions are swapped by the cookie, pages by their path', async () => {
    const report = await hammered(await behind(2, rolling()));
    expect(report.verdict).toBe('swapped');
    expect(mechanismsOf(report)).toEqual(expect.arrayContaining(['M12', 'M11']));
    const cookie = report.findings.find(({ mechanism }) => mechanism === 'M12');
    expect(cookie).toMatchObject({ certainty: 'proved', leak: { where: 'cookie', name: 'connect.sid' } });
    expect(cookie?.detail).toContain('The session works');
  });

  it('that keeps by extension, a script gives the session away', async () => {
    const report = await hammered(await behind(7, withScript()));
    expect(report.findings[0]).toMatchObject({ mechanism: 'M12', certainty: 'proved' });
    expect(report.findings[0]?.title).toMatch(/was given the session of .* by GET \/own\.js$/);
  });

  it('that keeps a cookie which names nobody, it warns', async () => {
    const traceOf = (name: unknown) => createHash('sha256').update(`${name}`).digest('hex');
    const atLogin: Handler = (req, res, next) => {
      if (req.method === 'POST') res.cookie('trace', traceOf(req.body.username));
      next();
    };
    const app = loginApp({ middleware: [atLogin] });
    app.get('/account', requireUser as never, (req, res) => {
      res
        .set('Cache-Control', 'private, no-store')
        .send(`<script src="/trace.js"></script><h1>Hello ${userOf(req)}</h1>`);
    });
    app.get(
      '/trace.js',
      (req, res) =>
        void res
          .cookie('trace', traceOf(userOf(req)))
          .type('js')
          .send('1'),
    );
    const report = await hammered(await behind(7, app));
    expect([report.verdict, mechanismsOf(report)]).toEqual(['clean', ['M12?']]);
    expect(report.findings[0]?.detail).toContain('By itself it names nobody');
  });

  it('that obeys, nothing is found', async () => {
    const report = await hammered(await behind(1, withScript()), { routes: ['/account', '/own.js'] });
    expect(report).toMatchObject({ findings: [] });
  });
});
