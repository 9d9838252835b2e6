/** Tokens for scripts: made, seen, given a new secret and revoked by their owner; and the route they are for. */
import { type Request, Router } from 'express';
import type { ServiceTokens } from 'swapproof/tokens';
import { type IssuedServiceToken, serviceTokensPage, type TokenLine } from '../pages/pages.js';
import { fields } from '../users.js';
import { isDay, today } from './days.js';
import type { Parts } from './parts.js';

export interface ServiceTokenOptions {
  readonly tokens: ServiceTokens;
  readonly origin: string;
}

const READ = 'diary:read';
const LIFETIMES: readonly string[] = ['1d', '30d', '365d'];

export function serviceTokenRoutes(parts: Parts, { tokens, origin }: ServiceTokenOptions): Router {
  const { users, loggedIn, me, frame } = parts;
  const router = Router();

  router.get('/service-tokens', loggedIn, async (req, res) => {
    res.send(await page(req, null));
  });

  // The secret is in the answer to the POST: shown once, it can not wait for the page after a redirect.
  router.post('/service-tokens', loggedIn, async (req, res) => {
    const { name, lifetime } = fields(req.body, 'name', 'lifetime');
    // By characters, for half of one is none.
    const called = [...(name?.trim() ?? '')].slice(0, 60).join('') || 'A script';
    const { token } = await tokens.create({
      owner: (await me(req)).id,
      name: called,
      scopes: [READ],
      expiresIn: LIFETIMES.find((known) => known === lifetime) ?? '30d',
    });
    res.send(await page(req, { token, title: `Your token for: ${called}` }));
  });

  router.post('/service-tokens/rotate', loggedIn, async (req, res) => {
    const own = await ownToken(req);
    if (own === null) return res.redirect(303, '/service-tokens');
    const { token } = await tokens.rotate(own.id, { overlap: '1h' });
    const title = `The new secret of: ${own.name}`;
    res.send(await page(req, { token, title, hint: 'The one before works for another hour.' }));
  });

  router.post('/service-tokens/revoke', loggedIn, async (req, res) => {
    const own = await ownToken(req);
    if (own !== null) await tokens.revoke(own.id);
    res.redirect(303, '/service-tokens');
  });

  /** For scripts: no session, and the token says whose diary it is. */
  router.get('/api/diary/:day', tokens.requireToken({ scope: READ }), (req, res, next) => {
    const { day } = req.params;
    if (!isDay(day)) return next();
    res.json({ day, text: users.readDiary(tokens.of(req).owner, day) });
  });

  /** The token that a form names, if it is alive and the user's own. */
  async function ownToken(req: Request): Promise<TokenLine | null> {
    const { token } = fields(req.body, 'token');
    const own = await linesOf((await me(req)).id);
    return own.find(({ id }) => id === token) ?? null;
  }

  async function linesOf(owner: string): Promise<TokenLine[]> {
    const lines: TokenLine[] = [];
    for await (const { id, state, name, suffix, expiresAt, lastUsedAt } of tokens.list(owner)) {
      const lastUsed = lastUsedAt === null ? null : new Date(lastUsedAt);
      if (state === 'active') lines.push({ id, name, suffix, expires: new Date(expiresAt), lastUsed });
    }
    return lines;
  }

  async function page(req: Request, issued: Omit<IssuedServiceToken, 'command'> | null): Promise<string> {
    const user = await me(req);
    const command = `curl -H 'Authorization: Bearer ${issued?.token}' ${origin}/api/diary/${today()}`;
    const lines = await linesOf(user.id);
    return serviceTokensPage({ ...(await frame(req)), user, tokens: lines, issued: issued && { ...issued, command } });
  }

  return router;
}
