/** Records that went astray, and pages that show somebody else on purpose. */
import type { Express, Request } from 'express';
import { runSwapSuite, type SuiteOptions } from '../../../../lib/testing/index.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

const USERS = ['anna', 'bert', 'cleo'].map((name) => ({
  username: `${name}.of.it`,
  password: 'p',
  email: `${name}@example.org`,
  phone: `+49 30 ${name.length}${name}`,
}));
type User = (typeof USERS)[number];

interface Rows {
  /** By place. */
  readonly rows: User[];
  readonly place: (req: Request) => number;
}

async function ask(
  routes: readonly string[],
  make: (app: Express, rows: Rows) => unknown,
  mechanisms: SuiteOptions['mechanisms'] = ['M25'],
) {
  const app = () => {
    const made = smallApp();
    made.use((req, res, next) => (req.session.user ? next() : res.sendStatus(401)));
    const rows = USERS.map((user) => ({ ...user }));
    make(made, { rows, place: (req) => USERS.findIndex(({ username }) => username === req.session.user) });
    return made;
  };
  const { findings } = await runSwapSuite({
    app,
    login: '/login',
    whoami: '/whoami',
    routes,
    users: USERS,
    mechanisms,
  });
  return findings.map(({ mechanism, certainty }) => `${mechanism} ${certainty}`);
}

const next = (place: number) => (place + 1) % USERS.length;

describe('is found', () => {
  it('a table that was joined with another one line by line, under the right name', async () => {
    const make = (app: Express, { rows, place }: Rows) =>
      app.get('/profile', (req, res) => {
        const { email, phone } = rows[next(place(req))] as User;
        res.json({ hello: req.session.user, email, phone });
      });
    expect(await ask(['/profile'], make)).toEqual(['M25 proved']);
  });

  it('two people who were given one record', async () => {
    const make = (app: Express, { rows, place }: Rows) =>
      app.get('/profile', (req, res) => {
        const { email, phone } = rows[[0, 0, 2][place(req)] as number] as User;
        res.json({ hello: req.session.user, email, phone });
      });
    expect(await ask(['/profile'], make)).toEqual(['M25 proved']);
  });

  it('records that are numbered from whoever comes first', async () => {
    const make = (app: Express, { rows, place }: Rows) => {
      let first: number | undefined;
      app.get('/profile', (req, res) => {
        first ??= place(req);
        res.json({ hello: req.session.user, email: rows[(place(req) + first) % rows.length]?.email });
      });
    };
    expect(await ask(['/profile'], make)).toEqual(['M25 proved']);
  });

  it('an import that renumbers what sessions point to', async () => {
    const make = (app: Express, { rows, place }: Rows) => {
      app.get('/profile', (req, res) => void res.json(rows[place(req)]?.email));
      app.post('/import', (_req, res) => void res.json(rows.reverse().length));
    };
    expect(await ask(['/profile', 'POST /import'], make)).toEqual(['M25 proved']);
  });
});

describe('is none', () => {
  const own = (app: Express, { rows, place }: Rows) =>
    app.get('/profile', (req, res) => void res.json(rows[place(req)]));

  it('the next one, where each is shown the own as well', async () => {
    const make = (app: Express, all: Rows) => {
      own(app, all);
      app.get('/partner', (req, res) => void res.json(all.rows[next(all.place(req))]?.email));
    };
    expect(await ask(['/profile', '/partner'], make, ['M1', 'M6', 'M25'])).toEqual([]);
  });

  it('one whom all are shown', async () => {
    const make = (app: Express, { rows }: Rows) => app.get('/manager', (_req, res) => void res.json(rows[0]));
    expect(await ask(['/manager'], make)).toEqual([]);
  });

  it('a request that gives everybody the last one who sent it', async () => {
    const make = (app: Express, all: Rows) => {
      let last: User | undefined;
      app.get('/profile', (req, res) => void res.json(last ?? all.rows[all.place(req)]));
      app.post('/save', (req, res) => {
        last = all.rows[all.place(req)];
        res.json({});
      });
    };
    expect(await ask(['/profile', 'POST /save'], make)).toEqual([]);
  });

  it('a household that one of them has joined', async () => {
    const make = (app: Express, all: Rows) => {
      own(app, all);
      const heads = [0, 1, 2];
      app.get('/household', (req, res) => {
        const { email } = all.rows[heads[all.place(req)] as number] as User;
        res.json({ head: email });
      });
      app.post('/join', (req, res) => {
        heads[all.place(req)] = next(all.place(req));
        res.json({});
      });
    };
    expect(await ask(['/profile', '/household', 'POST /join'], make)).toEqual([]);
  });
});
