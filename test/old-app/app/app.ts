/**
 * An app as people wrote it five years ago: express-session, Passport, flash, CSRF tokens in the session, everything
 * mounted in the usual order. It knows nothing of this package; `front` is what is put in its first line, if anything.
 */
import { resolve } from 'node:path';
import compression from 'compression';
import flash from 'connect-flash';
import cookieParser from 'cookie-parser';
import express5, { type RequestHandler } from 'express';
import session from 'express-session';
import express4 from 'express4';
import helmet from 'helmet';
import { createProxyMiddleware, fixRequestBody } from 'http-proxy-middleware';
import passport from 'passport';
import { addDownloads } from './downloads.js';
import { addFaults, addLastHandlers } from './faults.js';
import { addLogins } from './logins.js';
import { addPages } from './pages.js';
import { protectForms } from './security.js';
import { listen, startProvider, startUpstream } from './servers.js';
import { addStreams } from './streams.js';
import { type Express, type Parts, personOf, type Request } from './types.js';

export interface OldAppSetting {
  readonly framework: 'express 4' | 'express 5';
  readonly saveUninitialized: boolean;
  readonly front?: RequestHandler | undefined;
}

export interface OldApp {
  readonly port: number;
  readonly outbox: readonly string[];
  close(): Promise<void>;
}

export async function startOldApp(setting: OldAppSetting): Promise<OldApp> {
  const [provider, upstream] = await Promise.all([startProvider(), startUpstream()]);
  const outbox: string[] = [];
  const parts: Parts = {
    passport: new passport.Passport() as unknown as Parts['passport'],
    providerPort: provider.port,
    upstreamPort: upstream.port,
    outbox,
  };
  const server = await listen(makeApp(setting, parts));
  return {
    port: server.port,
    outbox,
    async close() {
      await Promise.all([server, provider, upstream].map((each) => each.close()));
    },
  };
}

function makeApp({ framework, saveUninitialized, front }: OldAppSetting, parts: Parts): Express {
  const express = framework === 'express 4' ? express4 : express5;
  const app = express();
  app.set('env', 'test'); // or Express prints what goes wrong
  if (front) app.use(front);
  app.use(helmet());
  app.use(compression({ threshold: 0 }));
  app.use('/public', express.static(resolve('test/old-app/public'), { maxAge: '7d' }));
  app.use(cookieParser());
  app.use(express.urlencoded({ extended: false }));
  app.use(express.json());
  app.use(
    session({
      secret: 'keyboard cat',
      resave: false,
      saveUninitialized,
      rolling: true,
      cookie: { maxAge: 30 * 60 * 1000, sameSite: 'lax' },
    }),
  );
  app.use(parts.passport.initialize());
  app.use(parts.passport.session());
  app.use(flash());
  app.use(protectForms);
  addLogins(app, parts);
  addPages(app);
  addDownloads(app);
  addStreams(app);
  app.use('/legacy', toUpstream(parts));
  addFaults(app);
  addLastHandlers(app);
  return app;
}

function toUpstream({ upstreamPort }: Parts): RequestHandler {
  return createProxyMiddleware<Request>({
    target: `http://127.0.0.1:${upstreamPort}`,
    on: {
      proxyReq(outgoing, req) {
        outgoing.setHeader('X-User', personOf(req)?.name ?? 'nobody');
        fixRequestBody(outgoing, req);
      },
    },
  }) as RequestHandler;
}
