/** The app as it was before the kit: express-session with a store in memory, on Express 5 or 4, over real HTTP. */
import { createServer, type Server } from 'node:http';
import express5 from 'express';
import session, { type SessionData } from 'express-session';
import express4 from 'express4';
import { type ExpressSessionOptions, expressSession } from '../../lib/adapters/express-session.js';
import type { Adoption } from '../../lib/session/adoption-port.js';
import { parameter } from './kit-app.js';
import type { KitBrowser } from './kit-browser.js';
import { type Answer, send } from './send.js';

/** What the old app keeps in `req.session`. */
export interface OldData {
  userId?: string;
  basket?: string[];
  cookie?: unknown;
}

export const OLD_SECRET = 'the old app had a secret like this';

type Done = (error?: unknown, value?: SessionData | null) => void;
type Fault = (real: (done: Done) => void, done: Done) => void;

/** What stands between the kit and the old store; the old app itself is not disturbed. */
export interface OldFaults {
  get?: Fault | undefined;
  destroy?: Fault | undefined;
  touch?: Fault | undefined;
  set?: Fault | undefined;
}

export interface OldAppSetting {
  readonly framework?: 'express 5' | 'express 4';
  readonly secret?: string | string[];
  readonly cookie?: session.CookieOptions;
  readonly saveUninitialized?: boolean;
}

export interface OldApp {
  readonly store: session.MemoryStore & { sessions: Record<string, string> };
  readonly faults: OldFaults;
  /** What the kit asked the store for, as `get`, `destroy`, `touch`. */
  readonly asked: string[];
  ids(): string[];
  /** Logs a browser in at the old app, which sets its cookie. */
  login(browser: KitBrowser, subject: string): Promise<void>;
  ask(browser: KitBrowser, method: string, path: string): Promise<Answer>;
  adoption(options?: Partial<ExpressSessionOptions<OldData>>): Adoption;
}

const running: Server[] = [];
afterEach(() =>
  Promise.all(
    running.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  ),
);

export async function oldApp(setting: OldAppSetting = {}): Promise<OldApp> {
  const { framework = 'express 5', secret = OLD_SECRET, cookie = {}, saveUninitialized = false } = setting;
  const store = new session.MemoryStore() as OldApp['store'];
  const app = (framework === 'express 4' ? express4 : express5)();
  app.use(session({ secret, store, cookie, resave: false, saveUninitialized }));
  app.post('/login', (req, res, next) => {
    req.session.regenerate((error) => {
      if (error) return next(error);
      Object.assign(req.session, { userId: parameter(req, 'as'), basket: ['tea'] } satisfies OldData);
      res.end('in');
    });
  });
  app.get('/cart', (req, res) => {
    Object.assign(req.session, { basket: ['tea'] } satisfies OldData);
    res.end('put');
  });
  const server = createServer(app);
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const ask = async (browser: KitBrowser, method: string, path: string) => {
    const sent = browser.jar.header(path);
    const answer = await send(port, method, path, sent ? { cookie: sent } : {});
    for (const line of answer.setCookies) browser.jar.store(line, path);
    return answer;
  };
  const { asked, faults, faulty } = watched(store);
  return {
    store,
    faults,
    asked,
    ids: () => Object.keys(store.sessions).filter((id) => !id.startsWith('swapproof')),
    ask,
    async login(browser, subject) {
      const { status } = await ask(browser, 'POST', `/login?as=${subject}`);
      if (status !== 200) throw new Error(`the old app answered ${status}`);
    },
    adoption: (options) =>
      expressSession<OldData>({
        secret,
        store: faulty,
        subject: ({ userId }) => userId ?? null,
        ...options,
      }),
  };
}

function watched(store: session.MemoryStore) {
  const asked: string[] = [];
  const faults: OldFaults = {};
  const through = (name: keyof OldFaults, id: string, real: (done: Done) => void, done: Done) => {
    if (!id.startsWith('swapproof')) asked.push(name);
    const fault = id.startsWith('swapproof') && name === 'get' ? undefined : faults[name];
    if (fault) fault(real, done);
    else real(done);
  };
  const faulty = {
    get: (id: string, done: Done) => through('get', id, (real) => store.get(id, real), done),
    set: (id: string, value: SessionData, done: Done) =>
      through('set', id, (real) => store.set(id, value as session.SessionData, real), done),
    destroy: (id: string, done: Done) => through('destroy', id, (real) => store.destroy(id, real), done),
    touch: (id: string, value: SessionData, done: Done) =>
      through('touch', id, (real) => store.touch(id, value as session.SessionData, () => real()), done),
  };
  return { asked, faults, faulty };
}
