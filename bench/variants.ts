/** What is compared: each an Express 5 app with one route, and the bare route of the same kind that it is measured by. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Express } from 'express';
import expressSession from 'express-session';
import { guard, memory, type Store, swapproof } from 'swapproof';
import { sqlite } from 'swapproof/sqlite';

export interface Variant {
  readonly title: string;
  /** The variant that this one is a ratio of; none for a bare route. */
  readonly base?: 'bare-public' | 'bare-private';
  readonly path: '/public' | '/private' | '/sessions/whoami';
  /** Whether `POST /login/:user` begins a session, whose cookies then belong to the request. */
  readonly sessions: boolean;
  build(): Express;
}

declare module 'express-session' {
  interface SessionData {
    user: string;
  }
}

/** The user of every request where there is no session; also one of those who log in. */
export const FIRST_USER = 'u_1';

/** 178 bytes of JSON, as the other measurements have. */
const page = (user: string | null | undefined) => ({ user, text: 'x'.repeat(152) });

/** On the app itself: one app mounted in another would change the prototype of each request twice more. */
const withRoutes = (app: Express) => {
  app.get('/public', (_req, res) => void res.set('Cache-Control', 'public, max-age=60').json(page(FIRST_USER)));
  app.get('/private', (_req, res) => void res.json(page(FIRST_USER)));
  return app;
};

const bare = () => withRoutes(express());
const guarded = () => withRoutes(express().use(guard({ public: '/public' })));

const withExpressSession = () => {
  const app = express();
  const secret = randomBytes(32).toString('hex');
  app.use(expressSession({ secret, resave: false, saveUninitialized: false }));
  app.post('/login/:user', (req, res) => {
    req.session.user = req.params.user;
    res.end();
  });
  app.get('/private', (req, res) => void res.json(page(req.session.user)));
  return app;
};

const withKit = (store: Store) => {
  const app = express();
  const sessions = swapproof({ secrets: [randomBytes(32).toString('hex')], store });
  app.use(sessions);
  app.post('/login/:user', async (req, res) => {
    await sessions.of(req).start(req.params.user);
    res.end();
  });
  app.get('/private', (req, res) => void res.json(page(sessions.of(req).subject)));
  return app;
};

const inMemory = () => withKit(memory());

const inSqlite = () => {
  const folder = mkdtempSync(join(tmpdir(), 'swapproof-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return withKit(sqlite(join(folder, 'sessions.db')));
};

const bareTitle = 'bare Express route';

export const variants = {
  'bare-public': { title: `${bareTitle}, public`, path: '/public', sessions: false, build: bare },
  'guard-public': { title: 'guard()', base: 'bare-public', path: '/public', sessions: false, build: guarded },
  'bare-private': { title: `${bareTitle}, private`, path: '/private', sessions: false, build: bare },
  'guard-private': { title: 'guard()', base: 'bare-private', path: '/private', sessions: false, build: guarded },
  'kit-memory': { title: 'kit, memory()', base: 'bare-private', path: '/private', sessions: true, build: inMemory },
  'kit-sqlite': { title: 'kit, sqlite()', base: 'bare-private', path: '/private', sessions: true, build: inSqlite },
  whoami: { title: 'whoami, cached', base: 'bare-private', path: '/sessions/whoami', sessions: true, build: inMemory },
  'express-session': {
    title: 'express-session, in memory',
    base: 'bare-private',
    path: '/private',
    sessions: true,
    build: withExpressSession,
  },
} as const satisfies Record<string, Variant>;

export type VariantName = keyof typeof variants;
export const variantNames = Object.keys(variants) as VariantName[];
