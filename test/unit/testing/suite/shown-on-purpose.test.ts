/** Pages that show others on purpose: whatever is shown in the quiet as well, by nobody's doing, is no swap. */
import express, { type Express } from 'express';
import type { Mechanism } from '../../../../lib/evidence/mechanisms.js';
import { runSwapSuite, type SuiteOptions } from '../../../../lib/testing/index.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

const users = ['ada', 'bob', 'cai'].map((name) => ({
  username: `${name}-of-house`,
  password: 'a',
  email: `${name}@house.example`,
}));

/** What such pages were once taken for. */
const LOOK_ALIKES: readonly Mechanism[] = ['M1', 'M3', 'M6', 'M26'];

async function told(
  app: () => Express,
  routes: SuiteOptions['routes'],
  mechanisms: readonly Mechanism[] = LOOK_ALIKES,
): Promise<string[]> {
  const report = await runSwapSuite({ app, login: '/login', whoami: '/whoami', routes, users, mechanisms });
  return report.findings.map(({ mechanism, title }) => `${mechanism} ${title}`);
}

function privateApp(): Express {
  const made = express();
  made.use((_req, res, next) => {
    res.set('Cache-Control', 'private, no-store');
    next();
  });
  return made.use(smallApp());
}

/** Each may see their own, and the teacher those of all. */
const school = (teacher: string) => () => {
  const made = privateApp();
  made.get('/marks/:id', (req, res) => {
    const pupil = users[Number(req.params.id)];
    const mayAsk = [pupil?.username, teacher].includes(req.session.user);
    if (!req.session.user || !mayAsk) return void res.sendStatus(403);
    res.send(`marks of ${pupil?.email}`);
  });
  return made;
};

it.each(['ada-of-house', 'bob-of-house', 'cai-of-house'])('%s may see what is of all', async (teacher) => {
  expect(await told(school(teacher), ['/marks/0', '/marks/1', '/marks/2'])).toEqual([]);
});

it('a page about one of them, for all who are logged in', async () => {
  const app = () => {
    const made = privateApp();
    made.get('/people/:id', (req, res) => {
      if (!req.session.user) return void res.sendStatus(403);
      res.send(`profile of ${users[Number(req.params.id)]?.username}`);
    });
    return made;
  };
  expect(await told(app, ['/people/0', '/people/1'])).toEqual([]);
});

it('a draw, in which another one is picked every time, for all to see', async () => {
  let drawn = 0;
  const app = () => {
    const made = privateApp();
    made.get('/winner', (_req, res) => void res.json({ winner: users[drawn++ % users.length]?.username }));
    made.get('/ticket', (req, res) => void res.json({ holder: req.session.user ?? null }));
    return made;
  };
  expect(await told(app, ['/winner', '/ticket'])).toEqual([]);
});

describe('what somebody has sent', () => {
  /** @param show what the wall says to its asker */
  const wall = (show: (last: string | null, user: string) => string) => () => {
    let last: string | null = null;
    const made = privateApp();
    made.get('/wall', (req, res) => void res.send(show(last, req.session.user ?? 'nobody')));
    made.post('/wall', (req, res) => {
      if (!req.session.user) return void res.sendStatus(403);
      last = req.session.user;
      res.redirect(303, '/wall');
    });
    return made;
  };
  const routes = ['/wall', 'POST /wall'];

  it('stands there with its author', async () => {
    expect(
      await told(
        wall((last) => (last === null ? 'be the first' : `good morning, by ${last}`)),
        routes,
      ),
    ).toEqual([]);
  });

  it('stands there beside who is logged in', async () => {
    expect(
      await told(
        wall((last, user) => `hello ${user}, the last was ${last}`),
        routes,
      ),
    ).toEqual([]);
  });

  it('is not published where it stands in the place of who is logged in', async () => {
    expect(
      await told(
        wall((last, user) => `hello ${last ?? user}`),
        routes,
      ),
    ).not.toEqual([]);
  });
});

describe('what was sent is not published', () => {
  it('where it lets in who was refused before', async () => {
    let isOpen = false;
    const app = () => {
      isOpen = false;
      const made = privateApp();
      const owner = users[0]?.username;
      made.get('/plan', (req, res) => {
        if (req.session.user !== owner && !isOpen) return void res.sendStatus(403);
        res.send(`plan of ${owner}`);
      });
      made.post('/plan', (req, res) => {
        isOpen ||= req.session.user === owner;
        res.sendStatus(204);
      });
      return made;
    };
    expect(await told(app, ['/plan', 'POST /plan'], ['M10'])).not.toEqual([]);
  });

  it('where it is shown but once, to whoever asks next', async () => {
    const app = () => {
      let notice = '';
      const made = privateApp();
      made.get('/notes', (_req, res) => {
        res.send(`Notes. ${notice}`);
        notice = '';
      });
      made.post('/notes', (req, res) => {
        if (!req.session.user) return void res.sendStatus(403);
        notice = `Saved, ${req.session.user}.`;
        res.sendStatus(204);
      });
      return made;
    };
    const sent = { method: 'POST', path: '/notes', form: { text: 'a' } };
    expect(await told(app, ['/notes', sent], ['M3'])).not.toEqual([]);
  });

  it('where it is delivered to who asked last', async () => {
    const app = () => {
      const inbox = new Map<string, string>();
      let current = '';
      const made = privateApp();
      made.get(['/news', '/inbox'], async (req, res) => {
        current = req.session.user ?? '';
        if (req.path === '/news') await new Promise((resolve) => setTimeout(resolve, 40));
        res.send(req.path === '/news' ? 'nothing new' : inbox.get(current));
      });
      made.post('/statement', (req, res) => {
        const { user = '' } = req.session;
        setTimeout(() => inbox.set(current, `statement of ${user}`), 60);
        res.sendStatus(202);
      });
      return made;
    };
    const sent = { method: 'POST', path: '/statement', form: { month: 5 } };
    expect(await told(app, ['/news', '/inbox', sent], ['M4'])).not.toEqual([]);
  });
});

it('what is kept in this process from one app to the next is not shown on purpose', async () => {
  const kept = new Map<string, string>();
  const app = () => {
    const made = privateApp();
    made.get('/statement', (req, res) => {
      if (!req.session.user) return void res.sendStatus(403);
      if (!kept.has(req.path)) kept.set(req.path, `statement of ${req.session.user}`);
      res.send(kept.get(req.path));
    });
    return made;
  };
  expect(await told(app, ['/statement'])).not.toEqual([]);
});
