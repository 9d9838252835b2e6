import { inspect } from 'node:util';
import { admit } from '../../../lib/revocation/admission.js';
import { sessionHandle } from '../../../lib/session/handle.js';
import { hashOf } from '../../../lib/session/ids.js';
import { open } from '../../../lib/session/seal.js';
import type { Session } from '../../../lib/session/session.js';
import { NO_SESSION } from '../../../lib/session/standing.js';
import type { SessionToken } from '../../../lib/session/token.js';
import { deferred, settled } from '../../helpers/deferred.js';
import {
  liveToken,
  type OpenedRequest,
  openRequest,
  type Parts,
  type Presenting,
  sessionParts,
} from '../../helpers/session-parts.js';
import { rejectionOf, thrownBy } from '../../helpers/thrown.js';
import { SECRETS } from '../../helpers/tokens.js';

interface Opened extends OpenedRequest {
  readonly handle: Session;
}

function visit(parts: Parts, presenting: Presenting = {}): Opened {
  const opened = openRequest(parts, presenting);
  return { ...opened, handle: sessionHandle(parts.services, opened.session) };
}

async function sentToken({ services }: Parts, { context }: OpenedRequest): Promise<SessionToken | null> {
  const line = context.outgoingCookies.get('__Host-session') ?? '';
  return (await open(services.keyring, /=([^;]*)/.exec(line)?.[1] ?? ''))?.token ?? null;
}

/** Somebody who is logged in and listed. */
async function loggedIn(changes: Partial<SessionToken> = {}) {
  const parts = await sessionParts();
  const token = liveToken(parts, { subject: 'alice', ...changes });
  await parts.services.registry.add(token, { userAgent: '', address: '' });
  return { parts, token };
}

function admitted({ services }: Parts, token: SessionToken): Promise<string> {
  return admit(services.replica, token, 500);
}

async function entries(parts: Parts): Promise<number> {
  const answer = await parts.store.log.poll({ member: null, after: null }, new AbortController().signal);
  return answer.entries.length;
}

describe('start()', () => {
  it('seals a session for the subject, lists it, and says so by hash', async () => {
    const parts = await sessionParts();
    const opened = visit(parts, { headers: [['User-Agent', 'Firefox']] });
    await opened.handle.start('alice', { cart: [1] });
    const token = await sentToken(parts, opened);
    expect(token).toMatchObject({ subject: 'alice', data: { cart: [1] } });
    expect(opened.handle).toMatchObject({ active: true, subject: 'alice', id: token?.id, inactiveBecause: null });
    expect(await parts.services.registry.find(token?.id ?? '')).toMatchObject({
      subject: 'alice',
      userAgent: 'Firefox',
    });
    expect(parts.seen).toMatchObject([{ code: 'session.started', detail: { session: hashOf(token?.id ?? '') } }]);
    expect([...opened.session.clearSiteData]).toEqual(['prefetchCache', 'prerenderCache']);
  });

  it('ends the session that was live', async () => {
    const { parts, token } = await loggedIn();
    const opened = visit(parts, { token });
    await opened.handle.start('bob');
    const started = await sentToken(parts, opened);
    expect(await admitted(parts, token)).toBe('revoked');
    expect(started && (await admitted(parts, started))).toBe('admitted');
    expect(await parts.services.registry.find(token.id)).toBeNull();
  });

  it('ends the session of which nothing was known, for it may be live', async () => {
    const { parts, token } = await loggedIn();
    await visit(parts, { standing: { ...NO_SESSION, token, inactiveBecause: null, unavailable: true } }).handle.start(
      'bob',
    );
    expect(await admitted(parts, token)).toBe('revoked');
  });

  it.each([[undefined], [null], [''], [42], [{}], ['a\0b'], ['\ud800']])(
    'throws at once for the subject %j',
    async (subject) => {
      const { handle } = visit(await sessionParts());
      expect(thrownBy(() => handle.start(subject as string)).code).toBe('ERR_INVALID_SUBJECT');
    },
  );

  it('takes a session off the list that did not leave', async () => {
    const parts = await sessionParts();
    const { handle, wire } = visit(parts);
    const starting = handle.start('alice');
    wire.res.writeHead(200);
    wire.res.end();
    expect((await rejectionOf(starting)).code).toBe('ERR_RESPONSE_STARTED');
    const listed = [];
    for await (const row of parts.services.registry.list('alice')) listed.push(row);
    expect(listed).toEqual([]);
  });

  it.each(['start', 'destroy'] as const)('throws at once in a request with two session cookies: %s()', async (name) => {
    const { handle, context } = visit(await sessionParts());
    context.anonymised = true;
    expect(thrownBy(() => handle[name]('alice')).code).toBe('ERR_AMBIGUOUS_CREDENTIALS');
  });

  it('throws at once for data that JSON would change, or that a cookie can not hold', async () => {
    const { handle } = visit(await sessionParts());
    expect(thrownBy(() => handle.start('alice', { at: new Date(0) })).code).toBe('ERR_SESSION_DATA_INVALID');
    const error = thrownBy(() => handle.start('alice', { text: 'tell-nobody'.repeat(400) }));
    expect([error.code, error.message.includes('tell-nobody')]).toEqual(['ERR_SESSION_TOO_LARGE', false]);
  });

  it('throws at once, and mints nothing, where the log was out of reach as the request opened', async () => {
    const opened = visit(await sessionParts(), { confirmed: false });
    expect(thrownBy(() => opened.handle.start('alice')).code).toBe('ERR_STORE_UNAVAILABLE');
    expect(opened.context.outgoingCookies.size).toBe(0);
  });

  it('stops at a hundred an hour for one subject', async () => {
    const parts = await sessionParts();
    for (let i = 0; i < 100; i++) parts.services.mintLimit.count('alice');
    expect(thrownBy(() => visit(parts).handle.start('alice')).code).toBe('ERR_TOO_MANY_SESSIONS');
  });

  it('comes to nothing if the subject was revoked while the request was being answered', async () => {
    const parts = await sessionParts();
    const opened = visit(parts);
    await parts.services.revoker.append({ kind: 'subject', key: 'alice' });
    expect((await rejectionOf(opened.handle.start('alice'))).code).toBe('ERR_REVOKED_DURING_LOGIN');
    expect(opened.context.outgoingCookies.size).toBe(0);
    const later = visit(parts);
    await later.handle.start('alice');
    expect(later.handle.active).toBe(true);
  });

  it('is not disturbed by a revocation of somebody else', async () => {
    const parts = await sessionParts();
    const opened = visit(parts);
    await parts.services.revoker.append({ kind: 'subject', key: 'bob' });
    await opened.handle.start('alice');
    expect(opened.handle.subject).toBe('alice');
  });
});

describe('update()', () => {
  it('lays the patch over the data at once, and seals it under the same id', async () => {
    const { parts, token } = await loggedIn({ data: { a: 1, b: 2 } });
    const opened = visit(parts, { token });
    const written = opened.handle.update({ b: undefined, c: 3 });
    expect(opened.handle.data).toEqual({ a: 1, c: 3 });
    await written;
    expect(await sentToken(parts, opened)).toMatchObject({ id: token.id, birth: token.birth, data: { a: 1, c: 3 } });
  });

  it('keeps both of two patches that were made side by side', async () => {
    const { parts, token } = await loggedIn();
    const opened = visit(parts, { token });
    await Promise.all([opened.handle.update({ a: 1 }), opened.handle.update({ b: 2 })]);
    expect((await sentToken(parts, opened))?.data).toEqual({ a: 1, b: 2 });
  });

  it('without a session is ERR_NO_SESSION at once', async () => {
    const { handle } = visit(await sessionParts());
    const error = thrownBy(() => handle.update({ a: 1 }));
    expect([error.code, error.message.includes('session.update() in POST /here')]).toEqual(['ERR_NO_SESSION', true]);
  });

  it('revives nothing that was revoked while it was under way', async () => {
    const { parts, token } = await loggedIn();
    const opened = visit(parts, { token });
    await parts.services.revoker.append({ kind: 'root', key: token.root });
    expect((await rejectionOf(opened.handle.update({ a: 1 }))).code).toBe('ERR_REVOKED_DURING_LOGIN');
    expect(opened.context.outgoingCookies.size).toBe(0);
  });
});

describe('regenerate() and reauthenticated()', () => {
  it('give another id, retire the old one, and keep root and end', async () => {
    const { parts, token } = await loggedIn({ data: { a: 1 } });
    const opened = visit(parts, { token });
    await opened.handle.regenerate();
    const renewed = await sentToken(parts, opened);
    expect(renewed).toMatchObject({ root: token.root, expiresAt: token.expiresAt, data: { a: 1 } });
    expect(renewed?.id).not.toBe(token.id);
    expect([await admitted(parts, token), renewed && (await admitted(parts, renewed))]).toEqual([
      'revoked',
      'admitted',
    ]);
    expect(await parts.services.registry.find(token.id)).toMatchObject({ id: renewed?.id });
    expect(parts.codes()).toContain('session.regenerated');
  });

  it('keep an update that was not awaited', async () => {
    const { parts, token } = await loggedIn();
    const opened = visit(parts, { token });
    await Promise.all([opened.handle.regenerate(), opened.handle.update({ a: 1 })]);
    expect((await sentToken(parts, opened))?.data).toEqual({ a: 1 });
    expect((await sentToken(parts, opened))?.id).not.toBe(token.id);
  });

  it('reauthenticated() notes the time, for the same subject only', async () => {
    const { parts, token } = await loggedIn();
    const opened = visit(parts, { token });
    parts.clock.advance(5_000);
    const error = thrownBy(() => opened.handle.reauthenticated('bob'));
    expect([error.code, error.status, error.message.includes('alice')]).toEqual(['ERR_SESSION_MISMATCH', 403, false]);
    await opened.handle.reauthenticated('alice');
    expect(await sentToken(parts, opened)).toMatchObject({
      authenticatedAt: parts.clock.now(),
      expiresAt: token.expiresAt,
    });
  });

  it('after a destroy that was not awaited name themselves', async () => {
    const { parts, token } = await loggedIn();
    const { handle } = visit(parts, { token });
    const ended = handle.destroy();
    const error = await rejectionOf(handle.regenerate());
    await ended;
    expect([error.code, error.message.startsWith('session.regenerate()')]).toEqual(['ERR_NO_SESSION', true]);
  });

  it('stop at a hundred an hour for one subject', async () => {
    const { parts, token } = await loggedIn();
    for (let i = 0; i < 100; i++) parts.services.mintLimit.count('alice');
    const { handle } = visit(parts, { token });
    for (const write of [() => handle.regenerate(), () => handle.reauthenticated('alice')]) {
      expect(thrownBy(write).code).toBe('ERR_TOO_MANY_SESSIONS');
    }
  });
});

describe('destroy()', () => {
  it('resolves when the session is over: revoked, delisted, cookies taken away', async () => {
    const { parts, token } = await loggedIn();
    const opened = visit(parts, { token });
    await opened.handle.destroy();
    expect(await admitted(parts, token)).toBe('revoked');
    expect(await parts.services.registry.find(token.id)).toBeNull();
    expect(opened.context.outgoingCookies.get('__Host-session')).toContain('Max-Age=0');
    expect(opened.handle).toMatchObject({ active: false, id: null, inactiveBecause: 'revoked' });
  });

  it('can be repeated, and fills no log', async () => {
    const { parts, token } = await loggedIn();
    const { handle } = visit(parts, { token });
    await handle.destroy();
    await handle.destroy();
    const standing = { ...NO_SESSION, token, inactiveBecause: 'revoked' as const };
    await visit(parts, { standing }).handle.destroy();
    expect(await entries(parts)).toBe(1);
    expect(parts.codes().filter((code) => code === 'session.destroyed')).toHaveLength(1);
  });

  it.each(['expired', 'idle'] as const)('works with a session that is %s', async (inactiveBecause) => {
    const { parts, token } = await loggedIn();
    await visit(parts, { standing: { ...NO_SESSION, token, inactiveBecause } }).handle.destroy();
    expect(await admitted(parts, token)).toBe('revoked');
  });

  it('works without a session', async () => {
    const opened = visit(await sessionParts());
    await opened.handle.destroy();
    expect(opened.context.outgoingCookies.get('__Host-session')).toContain('Max-Age=0');
  });

  it('works on a GET, and sends no expiry there', async () => {
    const { parts, token } = await loggedIn();
    const opened = visit(parts, { token, method: 'GET' });
    await opened.handle.destroy();
    expect(await admitted(parts, token)).toBe('revoked');
    expect([...opened.context.outgoingCookies.keys()]).toEqual(['__Host-activity']);
  });

  it('ends what was started in the same request, and says so in its activity cookie', async () => {
    const parts = await sessionParts();
    const opened = visit(parts);
    await opened.handle.start('alice');
    const started = hashOf(opened.handle.id ?? '');
    await opened.handle.destroy();
    expect(opened.context.outgoingCookies.get('__Host-activity')).toMatch(new RegExp(`\\.${started}\\.e\\.`));
  });

  it('ends the session though the registry fails, and reports the row that stays', async () => {
    const { parts, token } = await loggedIn();
    jest.spyOn(parts.store.registry, 'remove').mockRejectedValue(new Error('disk full'));
    await visit(parts, { token }).handle.destroy();
    expect(await admitted(parts, token)).toBe('revoked');
    expect(parts.codes()).toContain('store.unavailable');
  });
});

describe('a write that was not awaited', () => {
  /** A start that is held in the store while the test goes on. */
  async function held() {
    const parts = await sessionParts();
    const opened = visit(parts);
    const gate = deferred<void>();
    jest.spyOn(parts.store.registry, 'add').mockReturnValue(gate.promise);
    const started = opened.handle.start('alice');
    await settled();
    return { parts, ...opened, gate, started };
  }

  it('sends no cookie into a response that has begun', async () => {
    const { wire, gate, started, context } = await held();
    wire.res.end('early');
    gate.resolve();
    const error = await rejectionOf(started);
    expect([error.code, error.message.includes('not awaited')]).toEqual(['ERR_RESPONSE_STARTED', true]);
    expect(context.outgoingCookies.size).toBe(0);
  });

  it('sends no cookie after its context closed', async () => {
    const { gate, started, context } = await held();
    context.close();
    gate.resolve();
    const error = await rejectionOf(started);
    expect([error.code, error.message]).toEqual([
      'ERR_CONTEXT_CLOSED',
      expect.stringMatching(/^session\.start\(\) was used/),
    ]);
    expect(context.outgoingCookies.size).toBe(0);
  });

  it('rejects without ending the process where nobody listens', async () => {
    const unheard = jest.fn();
    process.once('unhandledRejection', unheard);
    const { gate, session } = await held();
    gate.reject(new Error('disk full'));
    await settled();
    await settled();
    process.off('unhandledRejection', unheard);
    expect(unheard).not.toHaveBeenCalled();
    expect(session.pendingWrites.size).toBe(0);
  });

  it('is pending, with its line, until it is done', async () => {
    const { session, gate, started } = await held();
    const [pending] = session.pendingWrites;
    expect([pending?.operation, String(pending?.place)]).toEqual([
      'start',
      expect.stringMatching(/writes\.test\.ts:\d+$/),
    ]);
    gate.resolve();
    await started;
    expect(session.pendingWrites.size).toBe(0);
  });
});

it("no event and no error of a session's life names its id, root, cookie or secret", async () => {
  const { parts, token } = await loggedIn();
  const [opened, slow] = [visit(parts, { token }), visit(parts, { token })];
  const cookies: string[] = [];
  const ids = [token.id, token.root];
  for (const write of ['update', 'regenerate', 'destroy'] as const) {
    await opened.handle[write]({});
    ids.push(opened.handle.id ?? token.id);
    cookies.push(...opened.context.outgoingCookies.values());
  }
  const errors = [await rejectionOf(slow.handle.update({ a: 1 })), thrownBy(() => opened.handle.regenerate())];
  const told = JSON.stringify(parts.seen) + inspect(parts.seen) + inspect(errors, { depth: 9, showHidden: true });
  const values = cookies.flatMap((line) => /^[^=]+=([^;]+)/.exec(line)?.[1] ?? []);
  for (const secret of [...ids, ...values, ...SECRETS]) expect(told).not.toContain(secret);
  expect(parts.seen.length).toBeGreaterThan(2);
});
