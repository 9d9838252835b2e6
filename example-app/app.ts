/** The example: a diary. Guarded by swapproof, or the same app as it is written today, to see the difference. */
import cookieParser from 'cookie-parser';
import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet from 'helmet';
import { problemPage } from './pages/pages.js';
import { guardedRoutes } from './routes/guarded.js';
import { guardedSessions, type Sessions, type SessionsOptions } from './routes/sessions.js';
import { unguardedRoutes } from './routes/unguarded.js';

export interface ExampleOptions extends SessionsOptions {
  /** False: the same app with express-session, which keeps its sessions in memory. */
  readonly guarded: boolean;
}

export interface Example {
  readonly app: Express;
  /** null if the app is not guarded. */
  readonly sessions: Sessions | null;
}

export function buildApp(options: ExampleOptions): Example {
  const app = express();
  const sessions = options.guarded ? guardedSessions(options) : null;
  app.use(helmet(HEADERS));
  // Public files first: they never meet a session. The folder is the one of `npm start`.
  app.use(express.static('example-app/public', { maxAge: '1h' }));
  app.use(cookieParser());
  app.use(sessions ? guardedRoutes(sessions, options.users) : unguardedRoutes(options.secret, options.users));
  app.use((_req, res) => {
    res.status(404).send(problemPage({ title: 'Nothing here', message: 'This page does not exist.' }));
  });
  app.use(answerError);
  return { app, sessions };
}

const HEADERS = {
  // Under helmet's own choice, no-referrer, browsers send `Origin: null` with forms.
  referrerPolicy: { policy: 'same-origin' },
  // Safari would ask for the style sheet by https, on localhost too. Behind https, leave this line out.
  contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
} as const;

/** Errors of libraries say which status they are; nothing else of them belongs on a page. */
const answerError: ErrorRequestHandler = (error, _req, res, next) => {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  if (status >= 500) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  if (res.headersSent) return next(error);
  res.status(status).send(problemPage({ title: 'That did not work', message: 'Go back and try it again.' }));
};
