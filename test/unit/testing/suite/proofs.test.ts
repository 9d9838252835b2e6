/** Tokens of forms, links and codes, found without being told: those of anybody, and those of one. */
import { createHmac, randomUUID } from 'node:crypto';
import type { Express, Request } from 'express';
import express from 'express';
import { type Hooks, runSwapSuite, type SuiteOptions } from '../../../../lib/testing/index.js';
import { loginApp, requireUser, userOf } from '../../../twins/login-app.js';

jest.setTimeout(60_000);

async function ask(
  routes: SuiteOptions['routes'],
  make: (app: Express, hooks: Hooks) => unknown,
  more: Partial<SuiteOptions> = {},
) {
  const app = (hooks: Hooks) => {
    const made = loginApp();
    made.use(express.json());
    make(made, hooks);
    return made;
  };
  const mechanisms = ['M23', 'M24'] as const;
  const { findings } = await runSwapSuite({ app, login: '/login', whoami: '/whoami', routes, mechanisms, ...more });
  return findings.map(({ mechanism, certainty }) => `${mechanism} ${certainty}`);
}

describe.each([
  ['anybody', ['M23 proved']],
  ['one', []],
] as const)('the token of %s', (whose, expected) => {
  const issued = () => {
    const known = new Set<string>();
    const bound = (req: Request) => createHmac('sha256', 'k').update(req.sessionID).digest('hex');
    return {
      of: (req: Request) => {
        const token = whose === 'one' ? bound(req) : randomUUID();
        known.add(token);
        return token;
      },
      isGood: (req: Request, token: unknown) => (whose === 'one' ? token === bound(req) : known.has(String(token))),
    };
  };

  it('in a hidden field', async () => {
    const make = (app: Express) => {
      const tokens = issued();
      app.get('/profile', requireUser, (req, res) => {
        res.send(
          `<form method="post"><input type="hidden" name="t" value="${tokens.of(req)}"><input name="nick"></form>`,
        );
      });
      app.post('/profile', requireUser, (req, res) => void res.sendStatus(tokens.isGood(req, req.body.t) ? 204 : 403));
    };
    expect(await ask(['/profile', 'POST /profile'], make)).toEqual(expected);
  });

  it('in a header, as an answer in JSON has it', async () => {
    const make = (app: Express) => {
      const tokens = issued();
      app.get('/csrf', requireUser, (req, res) => void res.json({ value: tokens.of(req), at: new Date() }));
      app.post('/notes', requireUser, (req, res) => {
        res.sendStatus(tokens.isGood(req, req.get('X-CSRF-Token')) ? 204 : 403);
      });
    };
    expect(await ask(['/csrf', { method: 'POST', path: '/notes', json: { text: 'a' } }], make)).toEqual(expected);
  });
});

describe.each(['a link in the answer', 'a link in a mail', 'a code'])('%s', (how) => {
  /** Confirms an address: whoever uses it gets it, or only who has asked for it. */
  const confirm =
    (ofOne: boolean) =>
    (app: Express, { mail }: Hooks) => {
      const proofs = new Map<string, string>();
      const addresses = new Map<string, string>();
      app.post('/confirm', requireUser, (req, res) => {
        const user = userOf(req) as string;
        const token = randomUUID();
        proofs.set(token, user);
        if (how === 'a code') return void res.json({ code: token });
        const link = `<a href="http://127.0.0.1/confirmed?t=${token}">Confirm</a>`;
        if (how === 'a link in a mail') mail({ to: user, text: link });
        res.send(how === 'a link in a mail' ? 'Look into your mails.' : link);
      });
      const confirmed = (req: Request, token: unknown) => {
        const owner = proofs.get(String(token));
        if (owner === undefined || (ofOne && owner !== userOf(req))) return 400;
        addresses.set(userOf(req) as string, owner);
        return 200;
      };
      app.get('/confirmed', requireUser, (req, res) => void res.sendStatus(confirmed(req, req.query.t)));
      app.post('/confirmed', requireUser, (req, res) => void res.sendStatus(confirmed(req, req.body.code)));
      app.get('/profile', requireUser, (req, res) => {
        res.json({ address: addresses.get(userOf(req) as string) ?? userOf(req) });
      });
    };
  const routes = ['POST /confirm', 'POST /confirmed', '/profile'];

  it('of anybody is found', async () => {
    expect(await ask(routes, confirm(false))).toEqual(['M23 proved']);
  });

  it('of one is none', async () => {
    expect(await ask(routes, confirm(true))).toEqual([]);
  });
});

it('takes an invitation for none: who accepts it is shown the other beside himself', async () => {
  const make = (app: Express) => {
    const invitations = new Map<string, Set<string>>();
    const teams = new Map<string, Set<string>>();
    const teamOf = (user: string) => teams.get(user) ?? new Set([user]);
    app.post('/invite', requireUser, (req, res) => {
      const user = userOf(req) as string;
      const team = teamOf(user);
      teams.set(user, team);
      const token = randomUUID();
      invitations.set(token, team);
      res.json({ link: `/join/${token}` });
    });
    app.get('/join/:token', requireUser, (req, res) => {
      const team = invitations.get(String(req.params.token));
      if (team === undefined) return void res.sendStatus(404);
      team.add(userOf(req) as string);
      teams.set(userOf(req) as string, team);
      res.redirect('/team');
    });
    app.get('/team', requireUser, (req, res) => void res.json([...teamOf(userOf(req) as string)]));
  };
  expect(await ask(['POST /invite', '/team'], make)).toEqual([]);
});

describe('one session at several places', () => {
  const users = ['acme', 'globex'].map((name) => ({
    username: `boss.of.${name}`,
    password: 'p',
    email: `boss@${name}.example`,
  }));
  const tenants = (ofTheSession: boolean) => (app: Express) => {
    app.get(['/company', '/at/:tenant/company'], requireUser, (req, res) => {
      const tenant = String(req.params.tenant ?? req.hostname);
      const boss = users.find(({ username }) => `boss.of.${tenant.replace('.example', '')}` === username);
      if (boss === undefined || (ofTheSession && boss.username !== userOf(req))) return void res.sendStatus(403);
      res.json({ contact: boss.email });
    });
  };
  const hosts = users.map((_, index) => ({
    path: '/company',
    headers: { Host: ['acme.example', 'globex.example'][index] as string },
  }));

  it.each<[string, SuiteOptions['routes']]>([
    ['hosts', hosts],
    ['tenants in the path', ['/at/acme/company', '/at/globex/company']],
  ])('%s', async (_name, routes) => {
    expect(await ask(routes, tenants(false), { users })).toEqual(['M24 proved']);
    expect(await ask(routes, tenants(true), { users })).toEqual([]);
  });
});

describe.each([
  ['any member', true, ['M23 proved']],
  ['the one who asked for it', false, []],
] as const)('a code that opens a vault for %s', (_name, anybody, expected) => {
  const users = ['anna', 'bert'].map((name) => ({
    username: `${name}.of.it`,
    password: 'p',
    email: `${name}@example.org`,
    phone: `+49 30 ${name.length}-${name}`,
  }));

  it('is found in the answer to a POST', async () => {
    const make = (app: Express) => {
      const codes = new Map<string, string>();
      app.post('/vault/code', requireUser, (req, res) => {
        const code = randomUUID().slice(0, 8).replace(/^../, 'a1');
        codes.set(code, String(userOf(req)));
        res.json({ next: `/vault/open?code=${code}` });
      });
      app.get('/vault/open', requireUser, (req, res) => {
        const owner = codes.get(String(req.query.code));
        if (owner === undefined || !(anybody || owner === userOf(req))) return void res.sendStatus(400);
        codes.delete(String(req.query.code));
        const { email, phone } = users.find(({ username }) => username === owner) ?? {};
        res.json({ email, phone });
      });
      app.get('/page', requireUser, (_req, res) => void res.json({}));
    };
    expect(await ask(['/page', 'POST /vault/code'], make, { users })).toEqual(expected);
  });
});
