/**
 * What a Passport app changes to move to the kit: counted, line by line, and the same for whoever uses it. The old app
 * runs on express-session and connect-flash, as they come.
 */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import express5 from 'express';
import express4 from 'express4';
import { Browser } from '../../../helpers/browser.js';
import { type OAuthProvider, startOAuthProvider } from '../../../helpers/oauth-provider.js';
import { buildApp as after } from './app-after.js';
import { buildApp as before } from './app-before.js';
import { type AppParts, type BuiltApp, madeUsers } from './app-parts.js';

type Express = AppParts['express'];
const FRAMEWORKS: [string, Express][] = [
  ['Express 5', express5],
  ['Express 4', express4 as unknown as Express],
];

let provider: OAuthProvider;
let server: Server;
let built: BuiltApp;

beforeEach(async () => {
  provider = await startOAuthProvider();
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await built.close();
  await provider.close();
});

/** Comes by a link; where a page posts by itself, it does. */
async function visit(browser: Browser, port: number, path: string) {
  const answer = await browser.get(port, path);
  return answer.body.includes('<form method="post">') ? browser.post(port, path) : answer;
}

/** What two people see, step by step. */
async function journey(build: (parts: AppParts) => BuiltApp, express: Express): Promise<string[]> {
  const { authorizationURL, tokenURL } = provider;
  const client = { clientID: 'app', clientSecret: 'secret', callbackURL: '/login/example/callback' };
  built = build({ express, users: madeUsers('ada', 'bob'), provider: { authorizationURL, tokenURL, ...client } });
  server = createServer(built.app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const [ada, bob] = [new Browser(), new Browser()];
  const seen: string[] = [];
  const see = ({ status, location, body }: { status: number; location: string | null; body: string }) =>
    seen.push(`${status} ${location === null ? body : `-> ${location.split('?', 1)[0]}`}`);
  see(await ada.get(port, '/'));
  see(await ada.post(port, '/login', { username: 'ada', password: 'wrong' }));
  see(await ada.get(port, '/login'));
  see(await ada.get(port, '/login'));
  see(await ada.post(port, '/login', { username: 'ada', password: 'password of ada' }));
  const away = await visit(bob, port, '/login/example');
  see(away);
  const back = provider.authorize(away.location ?? '', 'bob');
  see(await visit(bob, port, back.pathname + back.search));
  for (const browser of [ada, bob]) see(await browser.get(port, '/'));
  see(await ada.post(port, '/logout'));
  for (const browser of [ada, bob]) see(await browser.get(port, '/'));
  for (const browser of [ada, bob]) browser.close();
  return seen;
}

const SEEN = (authorizationURL: string) => [
  '200 Hello',
  '302 -> /login',
  '200 Wrong name or password.',
  '200 ',
  '302 -> /',
  `302 -> ${authorizationURL}`,
  '302 -> /',
  '200 Hello ada',
  '200 Hello bob',
  '302 -> /',
  '200 Hello',
  '200 Hello bob',
];

describe.each(FRAMEWORKS)('on %s', (_name, express) => {
  it('the old app logs people in by password and by OAuth', async () => {
    expect(await journey(before, express)).toEqual(SEEN(provider.authorizationURL));
  });

  it('the moved app does the same', async () => {
    expect(await journey(after, express)).toEqual(SEEN(provider.authorizationURL));
  });
});

/** Statements of an app; what only formatting changed is no change. */
function statements(name: string): string[] {
  const lines = readFileSync(join(__dirname, name), 'utf8').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('/**'));
}

/** Lines of `some` that `others` lacks. */
const missingIn = (others: readonly string[], some: readonly string[]) => some.filter((line) => !others.includes(line));

it('moves by these lines', () => {
  const [old, moved] = [statements('app-before.ts'), statements('app-after.ts')];
  expect(missingIn(moved, old)).toEqual([
    "import flash from 'connect-flash';",
    "import session from 'express-session';",
    '{ ...provider, state: true, pkce: true },',
    "app.use(session({ secret: 'an old secret', resave: false, saveUninitialized: false }));",
    'app.use(flash());',
    'app.use(passport.initialize());',
    'app.use(passport.session());',
    "app.get('/login/example', passport.authenticate('oauth2'));",
    "app.get('/login/example/callback', oauth);",
    'return { app, close: async () => {} };',
  ]);
  expect(missingIn(old, moved)).toEqual([
    "import { memory, swapproof } from 'swapproof';",
    "import { passportSessions, stateStore } from 'swapproof/passport';",
    "import { SECRETS } from '../../../helpers/tokens.js';",
    'const sessions = swapproof({ secrets: [SECRETS[0]], store: memory(), log: false });',
    '{ ...provider, store: stateStore(sessions), pkce: true },',
    'app.use(sessions);',
    'app.use(passportSessions(passport, sessions));',
    "app.all('/login/example', sessions.viaPost({ auto: true }), passport.authenticate('oauth2'));",
    "app.all('/login/example/callback', sessions.viaPost({ auto: true }), oauth);",
    'return { app, close: () => sessions.close() };',
  ]);
});
