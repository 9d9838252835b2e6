/** Who may see what: what is refused in turn, and allowed once permissions were mixed up. */
import express, { type Express } from 'express';
import { runSwapSuite } from '../../../../lib/testing/index.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

const users = ['ada', 'bob', 'cai'].map((name) => ({ username: `${name}-of-house`, password: 'a' }));
const routes = ['/cameras/2', '/cameras/0', '/cameras/1'];

const MIXED_UP = ['M1', 'M6', 'M9', 'M10'] as const;

async function told(app: () => Express): Promise<string[]> {
  const report = await runSwapSuite({ app, login: '/login', whoami: '/whoami', routes, users, mechanisms: MIXED_UP });
  return [...new Set(report.findings.map(({ mechanism }) => mechanism))];
}

/** Each has a camera, and a login ends on its picture if that is how the app is made. */
function cameras(ownerOf: (id: string, user: string) => Promise<unknown>, home = false) {
  const made = express();
  made.use((_req, res, next) => {
    res.set('Cache-Control', 'private, no-store');
    next();
  });
  made.use(smallApp());
  made.get('/', (req, res) => {
    const index = users.findIndex(({ username }) => username === req.session.user);
    if (home && index >= 0) res.redirect(`/cameras/${index}`);
    else res.send('home');
  });
  made.get('/cameras/:id', async (req, res) => {
    const { user } = req.session;
    if (!user || (await ownerOf(req.params.id, user)) !== user) return void res.sendStatus(404);
    res.send(`hall of ${users[Number(req.params.id)]?.username}`);
  });
  return made;
}

const moment = () => new Promise((resolve) => setTimeout(resolve, 5));

it('a permission that a login has already left behind', async () => {
  const app = () => {
    const allowed = new Set<string>();
    return cameras(async (id, user) => {
      await moment();
      if (users[Number(id)]?.username === user) allowed.add(id);
      return allowed.has(id) ? user : null;
    }, true);
  };
  expect(await told(app)).toEqual(['M10']);
});

describe('owners that are looked up for many together', () => {
  const inBulk = (byPosition: boolean) => () => {
    const owners = new Map<string, string | undefined>();
    let wanted: string[] = [];
    let flight: Promise<void> | null = null;
    const load = async () => {
      await moment();
      const ids = wanted;
      [wanted, flight] = [[], null];
      const rows = users.map(({ username }, index) => [String(index), username] as const);
      const found = rows.filter(([id]) => ids.includes(id)); // in the order of the table
      for (const [index, id] of ids.entries()) {
        owners.set(id, byPosition ? found[index]?.[1] : found.find(([other]) => other === id)?.[1]);
      }
    };
    return cameras(async (id) => {
      if (!owners.has(id)) {
        if (!wanted.includes(id)) wanted.push(id);
        flight ??= load();
        await flight;
      }
      return owners.get(id);
    });
  };

  it('and put together by position', async () => {
    expect(await told(inBulk(true))).toEqual(['M10']);
  });

  it('and put together by their ids', async () => {
    expect(await told(inBulk(false))).toEqual([]);
  });
});
