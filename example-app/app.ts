/** The example: a diary. Guarded by swapproof, or the same app as it is written today, to see the difference. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import cookieParser from 'cookie-parser';
import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet, { type HelmetOptions } from 'helmet';
import type { ServiceTokens } from 'swapproof/tokens';
import { problemPage } from './pages/pages.js';
import { type GuardedOptions, guardedRoutes } from './routes/guarded.js';
import { guardedSessions, type Sessions, type SessionsOptions, scriptTokens } from './routes/sessions.js';
import { unguardedRoutes } from './routes/unguarded.js';
import { demoAccounts, Users } from './users.js';

export interface ExampleOptions
  extends Partial<SessionsOptions>,
    Partial<Omit<GuardedOptions, 'sessions' | 'tokens' | 'users'>> {
  /** False: the same app with express-session, which keeps its sessions in memory. */
  readonly guarded: boolean;
  /** For tests. */
  readonly helmet?: HelmetOptions;
}

export interface ExampleApp extends Express {
  /** null if the app is not guarded. */
  readonly sessions: Sessions | null;
  readonly tokens: ServiceTokens | null;
  /** Lets go of the database. */
  close(): Promise<void>;
}

/** What is left out is made up: demo users, a secret and a database that no later run could use. */
export function buildApp({
  guarded,
  users = new Users(demoAccounts()),
  secret = randomBytes(32).toString('base64url'),
  database = join(mkdtempSync(join(tmpdir(), 'swapproof-example-')), 'example.db'),
  kit = {},
  origin = 'http://localhost:3000',
  mail = () => {},
  exampleId = null,
  helmet: headers = HEADERS,
}: ExampleOptions): ExampleApp {
  const sessions = guarded ? guardedSessions({ users, secret, database, kit }) : null;
  const tokens = sessions && scriptTokens(sessions, database);
  const app = Object.assign(express(), {
    sessions,
    tokens,
    async close() {
      await tokens?.close();
      await sessions?.close();
    },
  });
  app.use(helmet(headers));
  // Public files first: they never meet a session. The folder is the one of `npm start`.
  app.use(express.static('example-app/public', { maxAge: '1h' }));
  app.use(cookieParser());
  const routes = { users, origin, mail, exampleId };
  app.use(sessions && tokens ? guardedRoutes({ ...routes, sessions, tokens }) : unguardedRoutes(secret, users));
  app.use((_req, res) => {
    res.status(404).send(problemPage({ title: 'Nothing here', message: 'This page does not exist.' }));
  });
  app.use(answerError);
  return app;
}

const HEADERS = {
  // Under helmet's own choice, no-referrer, browsers send `Origin: null` with forms.
  referrerPolicy: { policy: 'same-origin' },
  // Safari would ask for the style sheet by https, on localhost too. Behind https, leave this line out.
  contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
} satisfies HelmetOptions;

/** Errors of libraries say which status they are; nothing else of them belongs on a page. */
const answerError: ErrorRequestHandler = (error, _req, res, next) => {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  if (status >= 500) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  if (res.headersSent) return next(error);
  res.status(status).send(problemPage({ title: 'That did not work', message: 'Go back and try it again.' }));
};
