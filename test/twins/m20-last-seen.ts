import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

interface Token {
  readonly id: string;
  readonly owner: string;
  readonly secret: string;
  readonly lastSeen: number | null;
}

const HIDDEN = '';

class Tokens {
  readonly #rows = new Map<string, Token>();

  create(owner: string): Token {
    const token = {
      id: randomBytes(6).toString('hex'),
      owner,
      secret: randomBytes(18).toString('base64url'),
      lastSeen: null,
    };
    this.#rows.set(token.id, token);
    return token;
  }

  /** As everybody may see them. */
  read(id: string): Token | undefined {
    const row = this.#rows.get(id);
    return row && { ...row, secret: HIDDEN };
  }

  list(owner: string): Token[] {
    return [...this.#rows.values()].filter((row) => row.owner === owner).map((row) => ({ ...row, secret: HIDDEN }));
  }

  write(token: Token): void {
    this.#rows.set(token.id, token);
  }

  seen(id: string, lastSeen: number): void {
    const row = this.#rows.get(id);
    if (row) this.#rows.set(id, { ...row, lastSeen });
  }

  verify(id: string, secret: string): Token | undefined {
    const row = this.#rows.get(id);
    const [a, b] = [Buffer.from(row?.secret ?? ''), Buffer.from(secret)];
    return row && a.length === b.length && timingSafeEqual(a, b) ? row : undefined;
  }
}

/** Cloudflare, January 2023: what was read without its secret is written back whole, to note when it was seen last. */
function make(columnAlone: boolean) {
  const tokens = new Tokens();
  const byToken: Handler = (req, res) => {
    const [id = '', secret = ''] = (req.headers.authorization ?? '').replace(/^Bearer /i, '').split('.');
    const token = tokens.verify(id, secret);
    if (token === undefined) return res.status(401).json({ error: 'no such token' });
    if (columnAlone) tokens.seen(id, Date.now());
    else tokens.write({ ...(tokens.read(id) as Token), lastSeen: Date.now() });
    return res.json({ owner: token.owner });
  };
  const app = loginApp();
  app.post('/tokens', requireUser, (req, res) => {
    const { id, secret } = tokens.create(userOf(req) as string);
    res.status(201).json({ id, token: `${id}.${secret}` });
  });
  app.get('/tokens', requireUser, (req, res) => void res.json(tokens.list(userOf(req) as string)));
  app.get('/api/me', byToken as never);
  return app;
}

export const twin: Twin = {
  mechanism: 'M20',
  name: 'last seen, written with the redacted record',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['POST /tokens', '/tokens', '/api/me'] },
};
