/** Passwords and tokens that change while something else is done, and those that are changed on purpose. */
import { randomUUID } from 'node:crypto';
import express, { type Express, type Request } from 'express';
import { runSwapSuite, type SuiteOptions } from '../../../../lib/testing/index.js';
import { loginApp, requireUser, userOf } from '../../../twins/login-app.js';

async function ask(routes: SuiteOptions['routes'], make: (app: Express) => unknown, before: Before = () => 200) {
  const app = () => {
    const made = loginApp({
      middleware: [
        (req, res, next) => {
          if (req.method !== 'POST' || !['/login', '/logout'].includes(req.path)) return next();
          const status = before(req);
          return status === 200 ? next() : res.sendStatus(status);
        },
      ],
    });
    make(made);
    return made;
  };
  const options = { app, login: '/login', whoami: '/whoami', routes, mechanisms: ['M20'] as const };
  const { findings } = await runSwapSuite(options);
  return findings.map(({ mechanism, certainty }) => `${mechanism} ${certainty}`);
}
/** Whether a login or logout is let through: its status, if not. */
type Before = (req: Request) => number;

const page = (app: Express) => app.get('/page', requireUser, (req, res) => void res.json({ of: userOf(req) }));

describe('of passwords, finds', () => {
  it.each([
    ['one that a page blanks', '/page'],
    ['one that another request blanks', 'POST /settings'],
  ])('%s', async (_name, blanking) => {
    const blank = new Set<unknown>();
    const make = (app: Express) => {
      blank.clear();
      app.use((req, _res, next) => {
        if (`${req.method} ${req.path}`.endsWith(blanking)) blank.add(userOf(req));
        next();
      });
      page(app);
      app.post('/settings', requireUser, (_req, res) => void res.json({}));
    };
    expect(await ask(['/page', 'POST /settings'], make, ({ body }) => (blank.has(body.username) ? 401 : 200))).toEqual([
      'M20 proved',
    ]);
  });

  it('nothing where an account lets in one at a time', async () => {
    const inside = new Set<unknown>();
    const make = (app: Express) => {
      inside.clear();
      page(app);
    };
    const before: Before = (req) => {
      if (req.path === '/logout') inside.delete(userOf(req));
      else if (inside.has(req.body.username)) return 401;
      else inside.add(req.body.username);
      return 200;
    };
    expect(await ask(['/page'], make, before)).toEqual([]);
  });

  it('nothing where too many logins are refused', async () => {
    const names: unknown[] = [];
    const make = (app: Express) => {
      names.length = 0;
      page(app);
    };
    const before: Before = ({ body }) =>
      names.filter((name) => name === body.username).length > 1 ? 429 : names.push(body.username) && 200;
    expect(await ask(['/page'], make, before)).toEqual([]);
  });

  it('nothing where it was changed to what the request said', async () => {
    const passwords = new Map<unknown, unknown>();
    const make = (app: Express) => {
      passwords.clear();
      page(app);
      app.post('/password', requireUser, express.json(), (req, res) => {
        passwords.set(userOf(req), req.body.to);
        res.sendStatus(204);
      });
    };
    const before: Before = ({ path, body }) => {
      const now = passwords.get(body.username);
      return path === '/logout' || now === undefined || now === body.password ? 200 : 401;
    };
    expect(await ask(['/page', { method: 'POST', path: '/password', json: { to: 'another' } }], make, before)).toEqual(
      [],
    );
  });

  it('nothing where an account was deleted', async () => {
    const gone = new Set<unknown>();
    const make = (app: Express) => {
      gone.clear();
      page(app);
      app.post('/delete', requireUser, (req, res) => {
        gone.add(userOf(req));
        req.session.destroy(() => res.sendStatus(204));
      });
    };
    expect(await ask(['/page', 'POST /delete'], make, ({ body }) => (gone.has(body.username) ? 401 : 200))).toEqual([]);
  });
});

describe('of a token that a page shows, finds', () => {
  const withToken = (change: (tokens: Map<string, string>, owner: string) => unknown) => (app: Express) => {
    const tokens = new Map<string, string>();
    app.get('/token', requireUser, (req, res) => {
      const owner = userOf(req) as string;
      if (!tokens.has(owner)) tokens.set(owner, randomUUID());
      res.json({ token: tokens.get(owner) || null });
    });
    app.get('/by-token', (req, res) => {
      const token = (req.headers.authorization ?? '').replace('Bearer ', '');
      const [owner] = [...tokens].find(([, known]) => known === token) ?? [];
      if (owner === undefined) res.sendStatus(401);
      else res.json({ owner });
    });
    app.post('/settings', requireUser, (req, res) => void res.json(String(change(tokens, userOf(req) as string))));
  };
  const asked = (change: Parameters<typeof withToken>[0]) =>
    ask(['/token', '/by-token', 'POST /settings'], withToken(change));

  it('that another request has written dots over it', async () => {
    expect(await asked((tokens, owner) => tokens.set(owner, '****'))).toEqual(['M20 proved']);
  });

  it('nothing where another one was made', async () => {
    expect(await asked((tokens, owner) => tokens.set(owner, randomUUID()))).toEqual([]);
  });

  it('nothing where it was taken away', async () => {
    expect(await asked((tokens, owner) => tokens.set(owner, ''))).toEqual([]);
  });

  it('that it is the old one again, where it was used while another one was made', async () => {
    const make = (app: Express) => {
      const rows = new Map<string, { readonly token: string }>();
      let heard = () => {};
      const made = () =>
        new Promise<void>((resolve) => {
          heard = resolve;
          setTimeout(resolve, 50).unref(); // none is made meanwhile
        });
      app.get('/token', requireUser, (req, res) => {
        const owner = userOf(req) as string;
        if (!rows.has(owner)) rows.set(owner, { token: randomUUID() });
        res.json(rows.get(owner));
      });
      app.get('/by-token', async (req, res) => {
        const [owner, row] = [...rows].find(([, { token }]) => req.query.token === token) ?? [];
        if (owner === undefined || row === undefined) return void res.sendStatus(401);
        await made();
        rows.set(owner, { ...row });
        res.json({ owner });
      });
      app.post('/another', requireUser, (req, res) => {
        rows.set(userOf(req) as string, { token: randomUUID() });
        heard();
        res.sendStatus(204);
      });
    };
    expect(await ask(['/token', '/by-token', 'POST /another'], make)).toEqual(['M20 proved']);
  });

  it('nothing where it is good for once, and each time there is another one', async () => {
    const make = (app: Express) => {
      const tickets = new Map<string, string>();
      app.get('/ticket', requireUser, (req, res) => {
        const ticket = randomUUID();
        tickets.set(ticket, userOf(req) as string);
        res.json({ of: userOf(req), ticket });
      });
      app.get('/enter', (req, res) => {
        const owner = tickets.get(String(req.query.ticket));
        tickets.delete(String(req.query.ticket));
        if (owner === undefined) res.sendStatus(401);
        else res.json({ owner });
      });
    };
    expect(await ask(['/ticket', '/enter?ticket=none'], make)).toEqual([]);
  });
});
