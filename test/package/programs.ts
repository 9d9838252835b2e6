/** Programs that people write, as text: they run outside jest, against the packed package. */

/** A kit, an app that any framework can mount, and a visit: whoami, login, whoami, logout, whoami. */
const VISIT = `
const sessions = swapproof({
  secrets: [crypto.randomBytes(32).toString('base64url')],
  store,
  identity: (subject) => ({ name: subject.toUpperCase() }),
});
const routes = {
  '/login': (req) => sessions.of(req).start('ada'),
  '/logout': (req) => sessions.of(req).destroy(),
};
function handler(req, res, next) {
  const route = routes[req.url];
  if (!route) return next();
  route(req).then(() => res.end('done'), next);
}

async function visit(app) {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cookies = new Map();
  const ask = async (method, path) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch('http://127.0.0.1:' + server.address().port + path, { method, headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return { status: response.status, body: await response.text() };
  };
  const whoami = async () => {
    const { status, body } = await ask('GET', '/sessions/whoami');
    return status === 200 ? JSON.parse(body).identity : status;
  };
  const seen = [await whoami(), (await ask('POST', '/login')).status, await whoami()];
  seen.push((await ask('POST', '/logout')).status, await whoami());
  server.close();
  server.closeAllConnections();
  return seen;
}

async function visitAll() {
  const report = {};
  for (const [name, framework] of Object.entries({ express, express4, connect })) {
    const app = framework();
    app.use(sessions);
    app.use(handler);
    report[name] = await visit(app);
  }
  await sessions.close();
  console.log(JSON.stringify(report));
}
visitAll();
`;

export const ESM = (store: string) => `
import crypto from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import connect from 'connect';
import express from 'express';
import express4 from 'express4';
import { memory, swapproof } from 'swapproof';
import * as optional from 'swapproof${store.startsWith('optional') ? '/sqlite' : ''}';
import 'swapproof/express';

const store = ${store};
${VISIT}`;

export const COMMONJS = `
const crypto = require('node:crypto');
const { once } = require('node:events');
const { createServer } = require('node:http');
const connect = require('connect');
const express = require('express');
const express4 = require('express4');
const { memory, swapproof } = require('swapproof');

const store = memory();
${VISIT}`;

/** What both ways of loading have in common: state must be one copy, or a context is found by only half of the app. */
export const BOTH = `
import { createRequire } from 'node:module';
import * as imported from 'swapproof';

const required = createRequire(import.meta.url)('swapproof');
console.log(Object.keys(imported).every((name) => imported[name] === required[name]));
`;

export const WITHOUT_DRIVER = `
await import('swapproof');
const { sqlite } = await import('swapproof/sqlite');
try {
  sqlite('./sessions.db');
} catch ({ name, code, message }) {
  console.log(JSON.stringify({ name, code, message }));
}
`;

/** Typed data and identity; every line marked as an error must be one. Compiled as ESM and as CommonJS. */
export const TYPES = `
import {
  ConfigurationError, expressSession, expressSessionId, getContext, guard, markPrivate, markPublic, memory, swapproof, SwapproofError, tryGetContext, whoami,
  type Adoption, type BeginLoginOptions, type BegunLogin, type ContextSnapshot, type Deception, type Duration, type ErrorCode,
  type EventCode, type ExpressSessionOptions, type ExpressSessionStore, type FlashMessage, type GuardOptions, type IssuedToken, type ListedSession, type LoginAttempt,
  type Middleware, type Revoke, type SealedValue, type SealOptions, type Session, type Speculation, type StartOptions,
  type Store, type Stored, type SwapproofEvent, type SwapproofOptions, type ViaPostOptions, type WhoamiOptions,
  type RehearsalReport, type RehearsedChange, type WouldCode,
} from 'swapproof';
import { sqlite, sqliteTokens } from 'swapproof/sqlite';
import {
  Redacted, serviceTokens, type CreatedToken, type CreateOptions, type Expiry, type ListedToken, type RenewedMacs, type RestoreOutcome, type RestoreOptions,
  type RevokedTokens, type RotatedToken, type RotateOptions, type ServiceTokens, type ServiceTokensOptions, type TokenState, type VerifiedToken,
} from 'swapproof/tokens';
import {
  cookieJar, expectNoSwap, fakeClock, faultyStore, gateStore, interleave, interleaveAll, signIn, storeContract, TestingError, twoUsers, type Agent, type CookieJar, type FakeClock, type InterleaveFinding,
  type InterleaveAllOptions, type InterleaveAllReport, type InterleaveOptions, type InterleaveOutcome, type InterleaveReport, type SignInKit, type Stop, type SuperagentJar,
  type CallbackFaults, type FaultName, type FaultyStore, type Person, type Received, type StoreContractOptions, type StoreFaults, type TwoUsers,
} from 'swapproof/testing';
import {
  passportSessions, stateStore, type PassportKit, type PassportLike, type PassportSessionsOptions, type StateStore,
} from 'swapproof/passport';
import connect = require('connect');
import express = require('express');

type IsAny<T> = 0 extends 1 & T ? true : false;
type Is<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile for any, and for anything whose members or answers are any. */
type Loose<T> = IsAny<T> extends true ? true
  : T extends (...args: infer A) => infer R ? IsAny<R> extends true ? true : { [K in keyof A]: IsAny<A[K]> }[number]
  : { [K in keyof T]-?: IsAny<T[K]> }[keyof T];
const strict = <T,>(_none: true extends Loose<T> ? never : 'strict'): void => {};
const same = <A, B>(_equal: Is<A, B>): void => {};

interface Cart { lang: string; cart: string[] }
interface User { name: string }

const store: Store = memory();
const sessions = swapproof<Cart, User>({
  secrets: ['a secret'],
  store,
  identity: async (subject: string) => (subject === 'ada' ? { name: 'Ada' } : null),
  idle: '1h',
});
const inferred = swapproof({ secrets: [], store: sqlite('./sessions.db'), log: (event) => event.detail });

interface OldSession { userId?: string; passport?: { user: string } }
declare const oldStore: ExpressSessionStore;
const adopt: Adoption = expressSession({
  secret: ['newer', 'older'],
  store: oldStore,
  subject: (session: OldSession) => session.userId ?? session.passport?.user ?? null,
});
swapproof({ secrets: [], store, adopt });
// @ts-expect-error: a number is no subject
expressSession({ secret: '', store: oldStore, subject: (session: { id: number }) => session.id });

const app = express();
app.use(sessions);
app.use(guard({ public: ['/static', /\\.css$/, (req) => req.method === 'GET'] }));
const rehearsal = guard({ insecureReportOnly: true });
same<ReturnType<typeof rehearsal.report>, RehearsalReport>(true);
app.use(whoami({ credentials: { cookies: ['sid'] }, resolve: async () => null }));
app.get('/', sessions.requireSession({ loginPath: '/login' }), async (req, res) => {
  const session = sessions.of(req);
  same<typeof session, Session<Cart, User>>(true);
  same<typeof session.data, Readonly<Partial<Cart>>>(true);
  const user = await session.identity();
  same<typeof user, User | null>(true);
  await session.start('ada', { lang: 'en', cart: [] });
  await session.start('ada', { lang: 'en', cart: [] }, { remember: true });
  // @ts-expect-error: a checkbox sends 'on'
  await session.start('ada', { lang: 'en', cart: [] }, { remember: 'on' });
  const issued = await session.issueToken('ada', { lang: 'en', cart: [] });
  same<typeof issued, IssuedToken>(true);
  same<typeof issued, Awaited<ReturnType<typeof sessions.issueToken>>>(true);
  // @ts-expect-error: of another type
  await session.issueToken('ada', { lang: 1, cart: [] });
  await session.update({ lang: 'de', cart: undefined });
  // @ts-expect-error: no such key
  await session.update({ language: 'de' });
  // @ts-expect-error: of another type
  await session.start('ada', { lang: 1, cart: [] });
  await session.start('ada', { lang: 'en', cart: [] }, { keep: ['cart'] });
  // @ts-expect-error: a list of keys
  await session.start('ada', { lang: 'en', cart: [] }, { keep: 'cart' });
  // @ts-expect-error: no such option
  await session.start('ada', { lang: 'en', cart: [] }, { keeps: [] });
  await session.stored.set('cart', ['tea']);
  const cart = await session.stored.get<string[]>('cart');
  same<typeof cart, string[] | undefined>(true);
  const taken = await session.stored.take('cart');
  same<typeof taken, unknown>(true);
  // @ts-expect-error: it is set, not assigned
  session.stored.cart = [];
  // @ts-expect-error: read only
  session.data.lang = 'de';
  markPublic(res);
  res.redirect(303, sessions.returnTo(req, '/'));
});
const deception: Deception = 'pack';
const speculation: Speculation = 'allow';
connect().use(sessions).use(guard({ deception, speculation, privateFiles: ['/invoices', (req) => req.url === '/me.pdf'] }));
app.get('/invoices/:id.pdf', sessions.privateFile(), sessions.requireSession(), (req, res) => res.end());
// @ts-expect-error: its name says that it is insecure
guard({ deception: 'off' });
guard({ cookies: ['sid'], bind: { secret: ['new', 'old'], idOf: expressSessionId, require: (req) => req.url === '/' } });
guard({ bind: { secret: 'a secret', idOf: (value) => value.split('.')[0] ?? null, onLoginByGet: 'refuse' } });
// @ts-expect-error: needs a secret
guard({ bind: {} });
// @ts-expect-error: must answer at once
guard({ bind: { secret: 'a secret', idOf: async (value: string) => value } });

app.use(sessions.requireCsrfToken());
app.all('/login/google', sessions.viaPost({ auto: true }), (req, res) => {
  const { state, nonce, codeChallenge } = sessions.beginLogin(req, res, { issuer: 'https://id.example' });
  res.redirect(303, state + nonce + codeChallenge);
});
app.all('/callback', sessions.viaPost(), async (req, res) => {
  const attempt = sessions.loginAttempt(req);
  same<typeof attempt, LoginAttempt | null>(true);
  const token: string = sessions.csrfToken(req);
  sessions.flash(req, 'info', \`Welcome \${token}\`);
  const messages = sessions.takeFlash(req);
  same<typeof messages, readonly FlashMessage[]>(true);
  // @ts-expect-error: read only
  messages.push({ kind: 'info', text: 'x' });
  const sealed: string = await sessions.seal('invite', { email: 'ada@example.com' }, { expiresIn: '1d' });
  // @ts-expect-error: it always ends
  await sessions.seal('invite', 'x', {});
  // @ts-expect-error: JSON does not keep it
  await sessions.seal('invite', new Date(), { expiresIn: '1d' });
  const value = await sessions.unseal('invite', sealed);
  same<typeof value, SealedValue | null>(true);
  res.redirect(303, attempt?.returnTo ?? '/');
});

const tokenOptions: ServiceTokensOptions = { sessions, store: sqliteTokens('./sessions.db'), prefix: 'acme' };
const tokens: ServiceTokens = serviceTokens(tokenOptions);
const lasting: Expiry = { expiresAt: new Date() };
const creation: CreateOptions = { owner: 'ci', scopes: ['deploy'], ...lasting };
app.get('/deploys', tokens.requireToken({ scope: 'deploy' }), (req, res) => {
  same<ReturnType<typeof tokens.of>, VerifiedToken>(true);
  res.json(tokens.of(req).owner);
});
void (async () => {
  const created: CreatedToken = await tokens.create(creation);
  await tokens.create({ owner: 'ci', scopes: [], expiresIn: '90d', name: 'Deploys' });
  // @ts-expect-error: it always ends
  await tokens.create({ owner: 'ci', scopes: [] });
  // @ts-expect-error: one or the other
  await tokens.create({ owner: 'ci', scopes: [], expiresIn: '90d', expiresAt: 1 });
  const verified = await tokens.verify(created.token, { scope: 'deploy' });
  same<typeof verified, VerifiedToken | null>(true);
  // @ts-expect-error: it may be null
  verified.owner;
  const rotation: RotateOptions = { overlap: 0, expiresIn: '90d' };
  same<Awaited<ReturnType<typeof tokens.rotate>>, RotatedToken>(true);
  await tokens.rotate(created.id, rotation);
  same<Awaited<ReturnType<typeof tokens.revoke>>, RevokedTokens>(true);
  await tokens.revoke({ owner: 'ci' });
  const moment: RestoreOptions = { at: new Date(), dryRun: true };
  same<Awaited<ReturnType<typeof tokens.restore>>, RestoreOutcome>(true);
  await tokens.restore('all', moment);
  same<Awaited<ReturnType<typeof tokens.renewMacs>>, RenewedMacs>(true);
  for await (const listed of tokens.list('ci')) {
    same<typeof listed, ListedToken>(true);
    same<typeof listed.secret, Redacted>(true);
    same<typeof listed.state, TokenState>(true);
    // @ts-expect-error: read only
    listed.owner = 'cd';
    // @ts-expect-error: what was redacted is no text
    const text: string = listed.secret;
    // @ts-expect-error: nor can it be written
    await tokens.create({ ...creation, owner: listed.secret });
    // @ts-expect-error: nor a record that was read
    await tokens.create(listed);
    // @ts-expect-error: nor one with a field that changed
    await tokens.create({ ...listed, name: 'x' });
    // @ts-expect-error: nor by a rotation
    await tokens.rotate(listed.id, listed);
    // @ts-expect-error: nor verified
    await tokens.verify(listed.secret);
    // @ts-expect-error: and no text stands for it
    const redacted: Redacted = text;
    strict<typeof listed>('strict');
    void redacted;
  }
  strict<typeof tokens>('strict');
})();

const { of, revoke, on } = sessions;
void revoke.subject('ada', { except: 'id' });
on('swap.suspected', (event) => { same<typeof event, SwapproofEvent>(true); });
// @ts-expect-error: no such event
on('swap.imagined', () => {});
// @ts-expect-error: no such option
swapproof({ secrets: [], store, secure: false });

const clock: FakeClock = fakeClock();
swapproof({ secrets: [], store, clock });
declare const superagentJar: SuperagentJar;
const jar: CookieJar = cookieJar({ clock, browser: 'firefox' });
const agents: Agent[] = [jar, { jar }, { jar: superagentJar }];
void signIn(jar, sessions, 'ada', { lang: 'en', cart: [] });
// @ts-expect-error: data of another type
void signIn(jar, sessions, 'ada', { lang: 1, cart: [] });
// @ts-expect-error: no jar
void signIn({}, sessions, 'ada');

const faulty: FaultyStore = faultyStore(store, { lease: 1_000 });
const asStore: Store = faulty;
faulty.faults.log.poll = 'late';
faulty.faults.registry.find = async (real, name) => (name === 'r1' ? null : real());
faulty.faults.stored.set = async () => 'over';
// @ts-expect-error: no such fault
faulty.faults.log.poll = 'later';
// @ts-expect-error: no such step
faulty.faults.log.push = 'error';
// @ts-expect-error: answers what that step never does
faulty.faults.stored.set = async () => 1;
const old = faultyStore.expressSession({ get(_sid: string, done: (error: unknown, session?: { user: string }) => void) { done(null); }, length: 1 });
old.faults.get = (real, done) => real((error) => done(error));
same<typeof old.length, number>(true);
storeContract({ open: (options) => store.open(options), name: 'mine', runner: { describe() {}, it() {}, afterAll() {} } });
// @ts-expect-error: nothing to open
storeContract({});
const two: Promise<TwoUsers> = twoUsers(sessions, app, { data: (user: Person) => ({ lang: user.canary('lang'), cart: [] }) });
// @ts-expect-error: data of another type
void twoUsers(sessions, app, { data: () => ({ lang: 1, cart: [] }) });
const received: Received = { to: null, response: { status: 200, headers: {}, text: '' } };
void two.then(async ({ ada, bob, close }) => {
  expectNoSwap([await ada.get('/'), received], [ada, bob, { label: 'cleo', marks: ['c'] }]);
  await close();
});

const page = async ({ url }: { url: string }) => (await fetch(url)).text();
const interleaved = interleave({ app, a: page, b: page, check: ({ a, stop }) => (a === '' ? \`nothing at \${stop?.where}\` : null) });
same<typeof interleaved, Promise<InterleaveReport<string, string>>>(true);
void interleave({ app: connect(), a: page, b: async () => 1, check: ({ b }) => { same<typeof b, number>(true); } });
// @ts-expect-error: says nothing of the answers
void interleave({ app, a: page, b: page });
const several = interleaveAll({ app, requests: [page, page], check: ({ answers }) => answers[0] ?? null });
same<typeof several, Promise<InterleaveAllReport<string>>>(true);
const gated: Store = gateStore(store);
same<typeof gated, Store>(true);

declare const passport: PassportLike;
app.use(passportSessions(passport, sessions));
connect().use(passportSessions(passport, sessions, { subject: (id: { id: number }) => String(id.id) }));
const states: StateStore = stateStore(sessions, { issuer: 'https://id.example' });
// @ts-expect-error: not a kit
passportSessions(passport, app);

strict<typeof passportSessions>('strict');
strict<typeof stateStore>('strict');
strict<PassportKit>('strict');
strict<PassportLike>('strict');
strict<PassportSessionsOptions>('strict');
strict<typeof states>('strict');
strict<typeof signIn>('strict');
strict<typeof faultyStore>('strict');
strict<StoreFaults>('strict');
strict<CallbackFaults>('strict');
strict<FaultName>('strict');
strict<typeof storeContract>('strict');
strict<StoreContractOptions>('strict');
strict<typeof twoUsers>('strict');
strict<typeof expectNoSwap>('strict');
strict<TwoUsers>('strict');
strict<typeof interleave>('strict');
strict<typeof gateStore>('strict');
strict<typeof interleaveAll>('strict');
strict<InterleaveAllOptions<string>>('strict');
strict<InterleaveOptions<string>>('strict');
strict<InterleaveReport>('strict');
strict<InterleaveFinding<string>>('strict');
strict<InterleaveOutcome<string>>('strict');
strict<Stop>('strict');
strict<typeof cookieJar>('strict');
strict<typeof fakeClock>('strict');
strict<CookieJar>('strict');
strict<SignInKit<Cart>>('strict');
strict<TestingError>('strict');
strict<typeof agents>('strict');
strict<typeof swapproof>('strict');
strict<typeof sessions>('strict');
strict<typeof inferred>('strict');
strict<typeof of>('strict');
strict<ReturnType<typeof of>>('strict');
strict<Session>('strict');
strict<StartOptions>('strict');
strict<IssuedToken>('strict');
strict<Stored>('strict');
strict<Revoke>('strict');
strict<Middleware>('strict');
strict<typeof sessions.privateFile>('strict');
strict<typeof guard>('strict');
strict<GuardOptions>('strict');
strict<typeof expressSessionId>('strict');
strict<ReturnType<typeof guard>>('strict');
strict<typeof whoami>('strict');
strict<WhoamiOptions>('strict');
strict<ReturnType<typeof whoami>>('strict');
strict<SwapproofOptions>('strict');
strict<Adoption>('strict');
strict<ExpressSessionOptions>('strict');
strict<ExpressSessionStore>('strict');
strict<typeof expressSession>('strict');
strict<SwapproofError>('strict');
strict<ConfigurationError>('strict');
strict<SwapproofEvent>('strict');
strict<ListedSession>('strict');
strict<RehearsalReport>('strict');
strict<RehearsedChange | WouldCode>('strict');
strict<BeginLoginOptions>('strict');
strict<BegunLogin>('strict');
strict<LoginAttempt>('strict');
strict<FlashMessage>('strict');
strict<ViaPostOptions>('strict');
strict<SealOptions>('strict');
strict<ContextSnapshot>('strict');
strict<ReturnType<typeof getContext>>('strict');
strict<ReturnType<typeof tryGetContext>>('strict');
strict<typeof markPrivate>('strict');
strict<Duration | ErrorCode | EventCode>('strict');
// @ts-expect-error: this is what it refuses
strict<{ member: any }>('strict');
`;

/** Apart from the others: it declares \`req.session\` for a whole compilation. */
export const EXPRESS_TYPES = `
import 'swapproof/express';
import express from 'express';
import type { Session } from 'swapproof';

express().get('/', (req, res) => {
  const session: Session = req.session;
  // @ts-expect-error: express-session's habit
  req.session.save(() => res.end());
  // @ts-expect-error: read only
  req.session = session;
  res.json(session.subject?.length);
});
`;

const EVERYTHING = `
/** Uses all that could hold a timer, a socket or a file: two users, a revocation, whoami, the guard. Answers a report. */
async function useAndClose(store) {
  const sessions = swapproof({
    secrets: [crypto.randomBytes(32).toString('base64url')],
    store,
    identity: (subject) => ({ name: subject }),
    log: false,
  });
  const app = express();
  app.use(sessions);
  app.get('/', (req, res) => res.send(sessions.of(req).subject));
  const guarded = express();
  guarded.use(guard({ public: ['/assets'] }));
  guarded.use(whoami({ credentials: { cookies: ['sid'] }, resolve: async () => null, log: false }));
  guarded.get('/', (req, res) => res.send('guarded'));
  const servers = [app, guarded].map((each) => each.listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const [kitUrl, guardUrl] = servers.map((server) => 'http://127.0.0.1:' + server.address().port);
  const [ada, bob] = [cookieJar(), cookieJar()];
  await signIn(ada, sessions, 'ada');
  await signIn(bob, sessions, 'bob');
  const ask = async (url, jar) => (await fetch(url, { headers: { cookie: jar.header(url), connection: 'close' } })).text();
  const seen = [await ask(kitUrl + '/', ada), await ask(kitUrl + '/', bob), await ask(guardUrl + '/', ada)];
  await ask(kitUrl + '/sessions/whoami', ada);
  await ask(guardUrl + '/sessions/whoami', ada);
  await sessions.revoke.subject('bob');
  seen.push(await ask(kitUrl + '/', bob));
  await Promise.all(servers.map((server) => new Promise((done) => { server.close(done); server.closeAllConnections(); })));
  await sessions.close();
  return seen;
}
`;

const EVERYTHING_IMPORTED = (withSqlite: boolean) => `
import crypto from 'node:crypto';
import { once } from 'node:events';
import express from 'express';
import { guard, memory, swapproof, whoami } from 'swapproof';
import { cookieJar, signIn } from 'swapproof/testing';
${withSqlite ? "import { sqlite } from 'swapproof/sqlite';" : ''}
const stores = { memory: () => memory()${withSqlite ? ", sqlite: () => sqlite('./handles.db')" : ''} };
${EVERYTHING}`;

/** Ends by itself, or not at all. */
export const ENDS = (withSqlite: boolean) => `${EVERYTHING_IMPORTED(withSqlite)}
const report = {};
for (const [name, store] of Object.entries(stores)) {
  report[name] = await useAndClose(store());
}
console.log(JSON.stringify(report));
`;

/** The same as a test of jest's, which watches for handles; `leak` is a line that leaves one. */
export const ENDS_IN_JEST = (withSqlite: boolean, leak = '') => `${EVERYTHING_IMPORTED(withSqlite)}
test.each(Object.keys(stores))('%s', async (name) => {
  ${leak}
  expect(await useAndClose(stores[name]())).toEqual(['ada', 'bob', 'guarded', '']);
});
`;
