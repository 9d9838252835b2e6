/** The diary behind swapproof. Beside it, unguarded.ts: the same routes as they are written today. */
import express, { Router } from 'express';
import type { ServiceTokens } from 'swapproof/tokens';
import { homePage } from '../pages/pages.js';
import type { ExampleIdClient } from '../provider/client.js';
import type { Users } from '../users.js';
import { deviceRoutes } from './devices.js';
import { diaryRoutes } from './diary.js';
import { exampleIdRoutes } from './example-id.js';
import { loginRoutes } from './login.js';
import { type LinkMail, magicLinkRoutes } from './magic-link.js';
import { routeParts } from './parts.js';
import { serviceTokenRoutes } from './service-tokens.js';
import type { Sessions } from './sessions.js';
import { shopRoutes } from './shop.js';
import { tokenRoutes } from './token.js';

export interface GuardedOptions {
  readonly sessions: Sessions;
  readonly tokens: ServiceTokens;
  readonly users: Users;
  /** Where the diary is, for links in mails and at the provider: `http://localhost:3000`. Never the request's Host. */
  readonly origin: string;
  readonly mail: LinkMail;
  /** null without a provider. */
  readonly exampleId: ExampleIdClient | null;
}

export function guardedRoutes({ sessions, tokens, users, origin, mail, exampleId }: GuardedOptions): Router {
  const router = Router();
  const parts = routeParts(sessions, users);
  router.use(sessions);
  router.use(express.urlencoded({ extended: false }));

  router.get('/', (_req, res) => {
    sessions.markPublic(res);
    res.set('Cache-Control', 'public, max-age=60').send(homePage());
  });
  router.use(loginRoutes(parts, { exampleId: exampleId !== null }));
  router.use(magicLinkRoutes(parts, { origin, mail }));
  if (exampleId !== null) router.use(exampleIdRoutes(parts, { origin, exampleId }));
  router.use(diaryRoutes(parts));
  router.use(shopRoutes(parts));
  router.use(deviceRoutes(parts));
  router.use(tokenRoutes(parts, { origin }));
  router.use(serviceTokenRoutes(parts, { tokens, origin }));
  return router;
}
