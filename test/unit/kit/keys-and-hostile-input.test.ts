/** Keys from end to end, and requests that nobody means well: each ends as anonymous or as an error, never as somebody. */
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { sealData, unsealData } from 'iron-session';
import type { SwapproofOptions } from '../../../lib/options.js';
import { Keyring } from '../../../lib/session/keyring.js';
import { memory } from '../../../lib/stores/memory.js';
import type { Store } from '../../../lib/stores/store.js';
import { type KitApp, makeKit, startKit } from '../../helpers/kit-app.js';
import { cookiesSet, PACKED } from '../../helpers/kit-browser.js';
import { thrownBy } from '../../helpers/thrown.js';
import { SECRETS } from '../../helpers/tokens.js';

const [NEW, OLD, OLDEST] = SECRETS;

/** One memory store for kits that follow each other, as a database outlives its processes. */
function lastingStore(): Store {
  const opened = memory().open({ keep: 30 * 24 * 3_600_000 });
  return {
    name: 'lasting',
    open: () => ({
      ...opened,
      log: Object.assign(Object.create(opened.log), {
        poll: opened.log.poll.bind(opened.log),
        append: opened.log.append.bind(opened.log),
        found: opened.log.found.bind(opened.log),
        close: async () => {},
      }),
      close: async () => {},
    }),
  };
}

/** Production names, so that they are the same for each. */
function generation(options: Partial<SwapproofOptions>): Promise<KitApp> {
  return startKit({ environment: 'production', options });
}

describe('rotation', () => {
  it('opens what a retired key sealed, and seals it anew on the next unsafe response only', async () => {
    const store = lastingStore();
    const before = await generation({ store, secrets: [OLD] });
    const alice = before.browser();
    await alice.login('alice');
    const after = await generation({ store, secrets: [NEW, OLD] });
    const cookie = alice.cookie(alice.held);
    const browser = after.browser();
    const read = await browser.get('/me', { cookie });
    expect(JSON.parse(read.body)).toMatchObject({ subject: 'alice' });
    expect(Object.keys(cookiesSet(read))).not.toContain('__Host-session');
    const written = await browser.post('/me', { cookie });
    const renewed = cookiesSet(written)['__Host-session'] ?? '';
    expect(renewed).toMatch(/^Fe26\.2/);
    expect(written.headers['cache-control']).toBe(PACKED);
    const again = await browser.post('/me', { cookie: `__Host-session=${renewed}` });
    expect(Object.keys(cookiesSet(again))).not.toContain('__Host-session');
    const retired = await generation({ store, secrets: [NEW] });
    expect(await retired.browser().me({ cookie: `__Host-session=${renewed}` })).toMatchObject({ subject: 'alice' });
    expect(await retired.browser().me({ cookie })).toMatchObject({ active: false, inactiveBecause: 'unreadable' });
  });

  it('retires one secret while those of the others go on, whichever place it had', async () => {
    const store = lastingStore();
    const sealed: Record<string, string> = {};
    for (const secret of SECRETS) {
      const app = await generation({ store, secrets: [secret] });
      const browser = app.browser();
      await browser.login('alice');
      sealed[secret] = browser.cookie({ session: browser.held.session });
    }
    const active = async (secrets: string[]) => {
      const browser = (await generation({ store, secrets })).browser();
      return Promise.all(SECRETS.map(async (secret) => (await browser.me({ cookie: sealed[secret] ?? '' })).active));
    };
    expect(await active([NEW, OLD, OLDEST])).toEqual([true, true, true]);
    expect(await active([NEW, OLD])).toEqual([true, true, false]);
    expect(await active([NEW, OLDEST])).toEqual([true, false, true]);
    expect(await active([OLD])).toEqual([false, true, false]);
  });

  it('keeps activity cookies, owner tags and the devices page over a rotation', async () => {
    const store = lastingStore();
    const before = await generation({ store, secrets: [OLD] });
    const alice = before.browser();
    await alice.login('alice');
    const after = await generation({ store, secrets: [NEW, OLD] });
    const answer = await after.browser().get('/me', { cookie: alice.cookie(alice.held) });
    expect(answer.headers['server-timing']).toContain(alice.held.owner);
    expect(answer.setCookies).toEqual([]);
    const rows = [];
    for await (const row of after.sessions.list('alice')) rows.push(row);
    expect(rows).toHaveLength(1);
    expect(after.codes()).toEqual([]);
  });
});

it.each([
  ['another audience', (store: Store) => ({ store, audience: 'admin' })],
  ['another log', () => ({})],
])('a seal of %s does not open', async (_what, options) => {
  const store = lastingStore();
  const alice = (await generation({ store })).browser();
  await alice.login('alice');
  const other = await generation(options(store));
  expect(await other.browser().me({ cookie: alice.cookie(alice.held) })).toMatchObject({
    active: false,
    inactiveBecause: 'unreadable',
  });
});

describe('a session cookie that is none', () => {
  async function attacked(make: (session: string, app: KitApp) => string | Promise<string>) {
    const app = await generation({});
    const alice = app.browser();
    await alice.login('alice');
    const cookie = `__Host-session=${await make(alice.held.session, app)}`;
    const answers = [await alice.get('/me', { cookie }), await alice.post('/me', { cookie })];
    return answers.map(({ body }) => (JSON.parse(body) as { active: boolean }).active);
  }

  const keyOf = (purpose: 'session' | 'activity' | 'owner') => new Keyring([NEW], 'default').newest(purpose);

  /** The same token with changes, sealed by a key of ours. */
  async function resealed(session: string, key: string, changes: object = {}): Promise<string> {
    const { id, key: right } = keyOf('session');
    const token = await unsealData<object>(session, { password: { [id]: right }, ttl: 0 });
    return sealData({ ...token, ...changes }, { password: { [id]: key }, ttl: 0 });
  }

  const forgeries: Record<string, (session: string) => string | Promise<string>> = {
    truncated: (session) => session.slice(0, -20),
    'cut to its first half': (session) => session.slice(0, session.length / 2),
    'one character changed': (session) =>
      session.replace(/\*([^*])/, (_, first: string) => `*${first === '0' ? '1' : '0'}`),
    'with another spelling of its version': (session) => `${session}x`,
    'percent-encoded': (session) => session.replaceAll('*', '%2A'),
    quoted: (session) => `"${session}"`,
    empty: () => '',
    __proto__: () => '__proto__',
    'a seal of key __proto__': (session) => session.replace(/^Fe26\.2\*\d+/, 'Fe26.2*__proto__'),
    'a seal of key constructor': (session) => session.replace(/^Fe26\.2\*\d+/, 'Fe26.2*constructor'),
    'a seal of a key nobody has': (session) => session.replace(/^Fe26\.2\*\d+/, 'Fe26.2*1'),
    'a JWT': () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.',
    'sealed by our own key for another purpose': (session) => resealed(session, keyOf('activity').key),
    'sealed by our own key without our version': (session) => resealed(session, keyOf('session').key, { v: undefined }),
    'sealed by our own key with a version to come': (session) => resealed(session, keyOf('session').key, { v: 2 }),
    'sealed by our own key with an id that is none': (session) =>
      resealed(session, keyOf('session').key, { i: 'short' }),
    'sealed by the plain secret': (session) => resealed(session, NEW),
    'invalid percent escapes': () => '%E0%A4%A',
    '4,097 characters': () => 'x'.repeat(4_097),
  };

  it('sealed anew by the right key is somebody: what follows fails for its own reasons', async () => {
    expect(await attacked((session) => resealed(session, keyOf('session').key))).toEqual([true, true]);
  });

  it.each(Object.keys(forgeries))('%s: nobody', async (what) => {
    expect(await attacked((session) => forgeries[what]?.(session) ?? '')).toEqual([false, false]);
  });
});

describe('a Cookie header', () => {
  const roomy = (handler: Parameters<typeof createServer>[1]) => createServer({ maxHeaderSize: 256 * 1024 }, handler);

  it.each([
    ['of 64 KiB', `x=${'y'.repeat(65_536)}`],
    ['of 1,000 cookies', Array.from({ length: 1_000 }, (_, index) => `c${index}=${index}`).join('; ')],
    ['of 1,000 look-alikes', Array(1_000).fill('__HOST-session=x').join('; ')],
    ['with the names of Object.prototype', '__proto__=x; constructor=y; hasOwnProperty=z; toString=w'],
    ['with invalid percent escapes', 'x=%; y=%zz; z=%E0%A4%A'],
    ['of separators', ';'.repeat(60_000)],
    ['without any =', 'session; __Host-session; x'],
  ])('%s harms nobody: with the session it is the session, without it anonymous', async (_what, noise) => {
    const app = await startKit({ environment: 'production', serve: roomy });
    const alice = app.browser();
    await alice.login('alice');
    expect((await alice.me({ cookie: `${noise}; ${alice.cookie(alice.held)}` })).subject).toBe('alice');
    expect((await alice.me({ cookie: `${alice.cookie(alice.held)}; ${noise}` })).subject).toBe('alice');
    expect((await app.browser().me({ cookie: noise })).active).toBe(false);
  });

  it('with 1,000 copies of a session, and one that differs, is nobody', async () => {
    const app = await startKit({ environment: 'production', serve: roomy });
    const alice = app.browser();
    await alice.login('alice');
    const copies = Array(100).fill(alice.cookie({ session: alice.held.session }));
    expect((await alice.me({ cookie: copies.join('; ') })).subject).toBe('alice');
    expect((await alice.me({ cookie: [...copies, '__Host-session=x'].join('; ') })).inactiveBecause).toBe('ambiguous');
  });

  it.each([
    ['NUL', 'x=\0y'],
    ['a bare CR', 'x=\ry'],
    ['a second header line after CR LF', 'x=y\r\nCookie: z=w'],
    ['two lines that both name a session', '__Host-session=a\r\nCookie: __Host-session=b'],
  ])('with %s on a raw socket is refused or anonymous', async (_what, line) => {
    const app = await startKit({ environment: 'production' });
    const socket = connect(app.port, '127.0.0.1');
    socket.write(`GET /me HTTP/1.1\r\nHost: x\r\nCookie: ${line}\r\nConnection: close\r\n\r\n`, 'latin1');
    let bytes = '';
    for await (const chunk of socket) bytes += String(chunk);
    expect(bytes).toMatch(/^HTTP\/1\.1 (?:400|200)/);
    if (bytes.startsWith('HTTP/1.1 200')) expect(bytes).toContain('"active":false');
    if (line.includes('=b')) expect(bytes).toContain('"inactiveBecause":"ambiguous"');
  });
});

describe('an option that is wrong ends the start', () => {
  const wrong: Record<string, [string, unknown]> = {
    'no secret': ['ERR_SECRET_MISSING', { secrets: undefined }],
    'an undefined secret': ['ERR_SECRET_MISSING', { secrets: [process.env.NO_SUCH_SECRET] }],
    'an empty list': ['ERR_SECRET_MISSING', { secrets: [] }],
    'a string': ['ERR_SECRET_MISSING', { secrets: NEW }],
    'a short secret': ['ERR_SECRET_WEAK', { secrets: ['x1Jm0kN5vQe7wYp2'] }],
    'an example secret': ['ERR_SECRET_WEAK', { secrets: ['keyboard cat keyboard cat keyboard cat'] }],
    'a run of one letter': ['ERR_SECRET_WEAK', { secrets: ['a'.repeat(64)] }],
    'a weak one behind a good one': ['ERR_SECRET_WEAK', { secrets: [NEW, 'short'] }],
    'a secret used twice': ['ERR_SECRET_DUPLICATE', { secrets: [NEW, OLD, NEW] }],
    'no store': ['ERR_INVALID_OPTION', { store: undefined }],
    'a misspelt option': ['ERR_INVALID_OPTION', { secret: NEW }],
    'idle longer than absolute': ['ERR_INVALID_OPTION', { idle: '15d' }],
    'a number without a unit': ['ERR_INVALID_OPTION', { idle: '24' }],
    'an empty audience': ['ERR_INVALID_OPTION', { audience: '' }],
    'a public that is no path': ['ERR_INVALID_OPTION', { public: 'static' }],
    'an origin with a path': ['ERR_INVALID_OPTION', { csrf: { trustedOrigins: ['https://a.example/'] } }],
    'cookies to be cleared': ['ERR_INVALID_OPTION', { clearSiteData: ['cookies'] }],
    'a whoami path with a query': ['ERR_INVALID_OPTION', { whoami: { path: '/w?x' } }],
    'identity that is no function': ['ERR_INVALID_OPTION', { identity: {} }],
    'a log that is no function': ['ERR_INVALID_OPTION', { log: true }],
    'a flag that is a word': ['ERR_INVALID_OPTION', { strictContext: 'yes' }],
  };

  it.each(Object.keys(wrong))('%s', (what) => {
    const [code, options] = wrong[what] ?? [];
    const error = thrownBy(() => makeKit(options as Partial<SwapproofOptions>));
    expect(error.code).toBe(code);
    for (const secret of [...SECRETS, 'keyboard cat', 'x1Jm0kN5vQe7wYp2']) expect(error.message).not.toContain(secret);
  });

  it('a store that another kit has', async () => {
    const store = memory();
    const kit = makeKit({ store });
    expect(thrownBy(() => makeKit({ store })).code).toBe('ERR_STORE_UNSAFE');
    await kit.close();
  });
});
