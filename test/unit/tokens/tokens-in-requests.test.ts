/** Service tokens as an app uses them: the kit, the wall and a file, over real HTTP; and what the alarms make of it. */
import Libsql from 'libsql';
import { serviceTokens } from 'swapproof/tokens';
import { sqliteTokens } from '../../../lib/stores/sqlite/index.js';
import type { ServiceTokens } from '../../../lib/tokens/service-tokens.js';
import { type KitApp, type KitSetting, startKit } from '../../helpers/kit-app.js';
import { send } from '../../helpers/send.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { thrownBy } from '../../helpers/thrown.js';
import { DAY, DEPLOY } from '../../helpers/token-kit.js';

const at = temporaryFolder();
const opened: ServiceTokens[] = [];

async function startApi(setting: KitSetting = {}): Promise<{ app: KitApp; tokens: ServiceTokens }> {
  let made: ServiceTokens | undefined;
  const app = await startKit({
    ...setting,
    ending: () => void opened.splice(0).map((tokens) => tokens.close()),
    routes(api, sessions) {
      const store = sqliteTokens(at('tokens.db'));
      made = serviceTokens({ sessions, store, prefix: 'acme', headers: ['X-Api-Key'] });
      const { requireToken, of } = made;
      opened.push(made);
      api.use(requireToken({ scope: 'deploy' }));
      api.on('GET', '/api', (req, res) => void res.end(JSON.stringify(of(req))));
    },
  });
  return { app, tokens: made as ServiceTokens };
}

const ask = ({ port }: KitApp, token: string) => send(port, 'GET', '/api', { Authorization: `Bearer ${token}` });
const failing = (app: KitApp) => app.events.filter(({ code }) => code === 'tokens.failing');

it('lets a token in, in each header, and tells the route whose it is', async () => {
  const { app, tokens } = await startApi();
  const { id, token, owner, scopes, expiresAt } = await tokens.create(DEPLOY);
  const { status, body } = await ask(app, token);
  expect([status, JSON.parse(body)]).toEqual([200, { id, owner, scopes, expiresAt }]);
  expect((await send(app.port, 'GET', '/api', { 'X-API-Key': token })).status).toBe(200);
});

it('answers 401 to what is not valid and 403 without the scope', async () => {
  const { app, tokens } = await startApi();
  const { id, token } = await tokens.create(DEPLOY);
  const other = await tokens.create({ ...DEPLOY, scopes: ['read'] });
  expect((await ask(app, other.token)).status).toBe(403);
  expect((await ask(app, token)).status).toBe(200);
  await tokens.revoke(id);
  expect((await ask(app, token)).status).toBe(401);
  app.clock.advance(90 * DAY);
  expect((await ask(app, other.token)).status).toBe(401);
});

it('tells of a token that was revoked and is still used, once, and sounds no alarm', async () => {
  const { app, tokens } = await startApi();
  const { id, token } = await tokens.create(DEPLOY);
  await tokens.revoke(id);
  for (let n = 0; n < 10; n++) await ask(app, token);
  expect(app.events.filter(({ code }) => code === 'token.refused')).toMatchObject([
    { severity: 'warn', detail: { token: id, reason: 'revoked' } },
  ]);
  expect(failing(app)).toEqual([]);
});

it('sounds the alarm as the third token of an owner fails who was revoked by mistake', async () => {
  const { app, tokens } = await startApi();
  const all = await Promise.all([1, 2, 3, 4].map(() => tokens.create(DEPLOY)));
  for (const { token } of all) expect((await ask(app, token)).status).toBe(200);
  app.clock.advance(DAY);
  await tokens.revoke({ owner: DEPLOY.owner });
  for (const { token } of all) expect((await ask(app, token)).status).toBe(401);
  expect(failing(app)).toMatchObject([{ severity: 'critical', detail: { tokens: 3, revoked: 3 } }]);
});

it('knows a secret from before a rotation', async () => {
  const { app, tokens } = await startApi();
  const { id, token } = await tokens.create(DEPLOY);
  const rotated = await tokens.rotate(id, { overlap: '1h' });
  expect([(await ask(app, token)).status, (await ask(app, rotated.token)).status]).toEqual([200, 200]);
  app.clock.advance(3_600_000);
  expect([(await ask(app, token)).status, (await ask(app, rotated.token)).status]).toEqual([401, 200]);
  expect(app.events.find(({ code }) => code === 'token.refused')?.detail).toEqual({ token: id, reason: 'rotated' });
});

/** As a broken migration would. */
function damage(...statements: string[]): void {
  const db = new Libsql(at('tokens.db'));
  db.exec('PRAGMA ignore_check_constraints = ON');
  for (const trigger of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
    db.exec(`DROP TRIGGER ${(trigger as { name: string }).name}`);
  }
  for (const statement of statements) db.exec(statement);
  db.close();
}

it.each([
  ['a blank', ["UPDATE swapproof_token SET hash = ''"]],
  [
    'a blank, in the history too',
    ["UPDATE swapproof_token SET hash = ''", "UPDATE swapproof_token_version SET hash = ''"],
  ],
  ['a hash of something else', [`UPDATE swapproof_token SET hash = '${'0'.repeat(64)}'`]],
  ['scopes that nobody can read', ["UPDATE swapproof_token SET scopes = 'no JSON'"]],
  ['a blank id', ["UPDATE swapproof_token SET id = ''"]],
  ['nothing at all', ['DELETE FROM swapproof_token_use', 'DELETE FROM swapproof_token']],
])(
  'sounds the alarm at the first failure of a token whose record holds %s, in a process that has just started',
  async (_what, statements) => {
    const before = await startApi();
    const { token } = await before.tokens.create(DEPLOY);
    damage(...statements);
    const { app } = await startApi();
    expect((await ask(app, token)).status).toBe(503);
    expect(failing(app)).toMatchObject([{ severity: 'critical', detail: { tokens: 1 } }]);
  },
);

it('counts a flood of tokens that nobody made as a warning', async () => {
  const { app, tokens } = await startApi();
  const { token } = await tokens.create(DEPLOY);
  const elsewhere = serviceTokens({ sessions: app.sessions, store: sqliteTokens(at('elsewhere.db')), prefix: 'acme' });
  opened.push(elsewhere);
  for (let n = 0; n < 25; n++) {
    const strange = await elsewhere.create(DEPLOY);
    expect((await ask(app, strange.token)).status).toBe(401);
  }
  expect((await ask(app, token)).status).toBe(200);
  expect(app.codes().filter((code) => code.startsWith('tokens.'))).toEqual(['tokens.unknown']);
});

it.each<[string, (tokens: ServiceTokens) => unknown]>([
  [
    'a request in place of options',
    ({ requireToken }) => requireToken(Object.assign(new Date(), { url: '/' }) as never),
  ],
  ['a misspelt option', ({ requireToken }) => requireToken({ scopes: ['a'] } as never)],
  ['a scope that is not set', ({ requireToken }) => requireToken({ scope: undefined } as never)],
  ['an empty scope', ({ requireToken }) => requireToken({ scope: '' })],
  ['two scopes in one', ({ requireToken }) => requireToken({ scope: 'read write' })],
  ['a quote, which would end the challenge', ({ requireToken }) => requireToken({ scope: 'a", error="x' })],
])('requireToken() refuses %s as the app starts', async (_what, make) => {
  const { tokens } = await startApi();
  expect(thrownBy(() => make(tokens)).code).toBe('ERR_INVALID_OPTION');
});

it('serviceTokens() refuses headers that are none', async () => {
  const { app } = await startApi();
  const make = (headers: unknown) =>
    serviceTokens({
      sessions: app.sessions,
      store: sqliteTokens(at('tokens.db')),
      prefix: 'acme',
      headers: headers as [],
    });
  expect(thrownBy(() => make(['x api key'])).code).toBe('ERR_INVALID_OPTION');
  expect(thrownBy(() => make('x-api-key')).code).toBe('ERR_INVALID_OPTION');
});
