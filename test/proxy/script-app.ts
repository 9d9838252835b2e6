/**
 * Three apps with a script that is somebody's own and renews the session, as ERPNext's `website_script.js` did: with
 * express-session, the same behind `guard()`, and with the kit.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import express, { type Express, type Request, type Response } from 'express';
import session from 'express-session';
import { guard } from '../../lib/guard.js';
import { makeKit } from '../helpers/kit-app.js';
import { SECRETS } from '../helpers/tokens.js';
import type { Front } from './table.js';

declare module 'express-session' {
  interface SessionData {
    who: string;
  }
}

export interface ScriptApp {
  readonly server: Server;
  close(): Promise<void>;
}

export const SCRIPT = '/website_script.js';
const SECRET = 'k3Vd-0pQ9_sXy7Lr2Zt8WnB5cHf1GjMa6EuK4oTiPzR';

export function scriptApp(front: Front): ScriptApp {
  return served(front === 'kit' ? withKit() : withExpressSession(front));
}

/** express-session as its README shows it, which begins a session for everybody who comes. */
export function visitorsApp(): ScriptApp {
  const app = express();
  app.use(session({ secret: SECRET, resave: false, saveUninitialized: true }));
  return served({ app: withPages(app, () => null), close: () => {} });
}

function served({ app, close }: { app: Express; close(): void | Promise<void> }): ScriptApp {
  const server = createServer(app as RequestListener);
  return {
    server,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
    },
  };
}

function withExpressSession(front: 'bare' | 'guard'): { app: Express; close(): void } {
  const app = express();
  const watching = guard({ cookies: ['connect.sid'], bind: { secret: SECRETS[0] as string }, log: false });
  if (front === 'guard') app.use(watching);
  app.use(session({ secret: SECRET, resave: false, saveUninitialized: false, rolling: true }));
  app.post('/login/:who', (req, res) => {
    req.session.who = req.params.who;
    res.end();
  });
  return { app: withPages(app, (req) => req.session.who ?? null), close: () => watching.close() };
}

function withKit(): { app: Express; close(): Promise<void> } {
  const kit = makeKit();
  const app = express().use(kit);
  app.post('/login/:who', async (req, res) => {
    await kit.of(req).start(req.params.who);
    res.end();
  });
  return { app: withPages(app, (req) => kit.of(req).subject), close: () => kit.close() };
}

function withPages(app: Express, whoIs: (req: Request) => string | null): Express {
  const page = (req: Request, res: Response) => {
    const who = whoIs(req);
    res.send(`<body${who === null ? '' : ` data-user="${who}"`}><script src="${SCRIPT}"></script>`);
  };
  return app.get(SCRIPT, page).get('/account', page).get('/', page);
}
