import { inspect } from 'node:util';
import { contextOfRequest } from '../../../lib/request/context-storage.js';
import { sessionAt, sessionHandle, standingAt } from '../../../lib/session/handle.js';
import type { Session } from '../../../lib/session/session.js';
import { NO_SESSION } from '../../../lib/session/standing.js';
import { liveToken, openRequest, type Presenting, sessionParts } from '../../helpers/session-parts.js';
import { thrownBy } from '../../helpers/thrown.js';

async function visit(presenting: Presenting = {}, loggedIn = true) {
  const parts = await sessionParts({ identity: async () => ({ name: 'Alice' }) });
  const token = liveToken(parts, { subject: 'alice', data: { theme: 'dark' } });
  const opened = openRequest(parts, { ...(loggedIn && { token }), ...presenting });
  return { parts, token, ...opened, handle: sessionHandle(parts.services, opened.session) };
}

const FIELDS = ['active', 'id', 'subject', 'data', 'authenticatedAt', 'expiresAt', 'inactiveBecause'] as const;

function read(handle: Session) {
  return Object.fromEntries(FIELDS.map((field) => [field, handle[field]]));
}

describe('the handle', () => {
  it('says what the session is', async () => {
    const { handle, token } = await visit();
    const { id, authenticatedAt, expiresAt } = token;
    const expected = { active: true, id, subject: 'alice', data: { theme: 'dark' }, authenticatedAt, expiresAt };
    expect(read(handle)).toEqual({ ...expected, inactiveBecause: null });
    expect(await handle.identity()).toEqual({ name: 'Alice' });
  });

  it('is there without a session, and says why there is none', async () => {
    const { handle } = await visit({}, false);
    const nothing = { active: false, id: null, subject: null, data: {}, authenticatedAt: null, expiresAt: null };
    expect(read(handle)).toEqual({ ...nothing, inactiveBecause: 'none' });
    expect(await handle.identity()).toBeNull();
  });

  it('tells nothing of a session that is over but why', async () => {
    const parts = await sessionParts();
    const standing = { ...NO_SESSION, token: liveToken(parts), inactiveBecause: 'idle' as const };
    const { session } = openRequest(parts, { standing });
    expect(read(sessionHandle(parts.services, session))).toMatchObject({
      active: false,
      id: null,
      inactiveBecause: 'idle',
    });
  });

  it.each([...FIELDS, 'identity', 'start', 'update', 'destroy'] as const)(
    'counts %s as a read, with its line',
    async (name) => {
      const { handle, context } = await visit();
      expect(context.firstRead).toBeNull();
      void handle[name];
      expect(String(context.firstRead)).toMatch(/^test\/unit\/session\/handle\.test\.ts:\d+$/);
    },
  );

  it('counts no existence as a read', async () => {
    const { handle, context } = await visit();
    await handle;
    inspect({ session: handle });
    expect(context.firstRead).toBeNull();
  });

  it('shows no id, subject or data when it is logged, and logs after its response too', async () => {
    const { handle, context, token } = await visit();
    expect(inspect(handle, { depth: 9, showHidden: true })).toBe('Session { active: true }');
    for (const shown of [JSON.stringify(handle), inspect(handle, { depth: 9, showProxy: true })]) {
      for (const secret of [token.id, 'alice', 'dark']) expect(shown).not.toContain(secret);
    }
    context.close();
    expect(inspect(handle)).toBe('Session { active: true }');
  });

  it('is dead after its response, in every field and method', async () => {
    const { handle, context } = await visit();
    const { update } = handle;
    context.close();
    for (const name of [...FIELDS, 'identity', 'start'] as const) {
      expect(thrownBy(() => handle[name]).code).toBe('ERR_CONTEXT_CLOSED');
    }
    expect(thrownBy(() => update({ a: 1 })).code).toBe('ERR_CONTEXT_CLOSED');
  });

  it('throws ERR_STORE_UNAVAILABLE for reads where validity is not known; logging out stays possible', async () => {
    const parts = await sessionParts();
    const standing = { ...NO_SESSION, token: liveToken(parts), inactiveBecause: null, unavailable: true };
    const { session } = openRequest(parts, { standing });
    const handle = sessionHandle(parts.services, session);
    for (const name of [...FIELDS, 'identity', 'update'] as const) {
      expect(thrownBy(() => handle[name]).code).toBe('ERR_STORE_UNAVAILABLE');
    }
    await handle.destroy();
    expect(handle.active).toBe(false);
  });

  it('is one for each request', async () => {
    const { parts, session, handle } = await visit();
    expect(sessionHandle(parts.services, session)).toBe(handle);
    expect(sessionHandle(parts.services, openRequest(parts).session)).not.toBe(handle);
  });
});

describe('sessionAt()', () => {
  it('finds the session of a request, and of no wrapper, copy or foreign kit', async () => {
    const { parts, context, handle } = await visit();
    const { req } = context;
    expect(sessionAt(parts.services, req)).toBe(handle);
    for (const stranger of [Object.create(req), { ...req }, new Proxy(req, {})]) {
      expect(contextOfRequest(stranger)).toBeUndefined();
      expect(thrownBy(() => sessionAt(parts.services, stranger)).code).toBe('ERR_NO_CONTEXT');
    }
    const foreign = await sessionParts();
    expect(thrownBy(() => sessionAt(foreign.services, req)).code).toBe('ERR_NO_CONTEXT');
  });
});

describe('standingAt()', () => {
  it('tells the wall whether there is a session, and counts as a read', async () => {
    const { parts, context, session } = await visit();
    const ask = () => standingAt(parts.services, context.req);
    expect([ask(), context.firstRead === null]).toEqual(['active', false]);
    session.end('revoked');
    expect(ask()).toBe('inactive');
  });

  it('tells where validity is not known', async () => {
    const parts = await sessionParts();
    const standing = { ...NO_SESSION, token: liveToken(parts), inactiveBecause: null, unavailable: true };
    const { context } = openRequest(parts, { standing });
    expect(standingAt(parts.services, context.req)).toBe('unavailable');
  });
});
