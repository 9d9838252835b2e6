import { AsyncResource } from 'node:async_hooks';
import { runInContext } from '../../../lib/request/context-storage.js';
import { captureHere } from '../../../lib/request/place.js';
import { assertRightContext } from '../../../lib/session/right-context.js';
import { NO_SESSION } from '../../../lib/session/standing.js';
import { assertKnown, assertWritable, type ResponseWrite } from '../../../lib/session/write-checks.js';
import { liveToken, openRequest, type Presenting, sessionParts } from '../../helpers/session-parts.js';
import { thrownBy } from '../../helpers/thrown.js';

const WRITES = ['start', 'update', 'regenerate', 'reauthenticated', 'destroy'] as const;

async function checked(name: ResponseWrite, presenting: Presenting = {}) {
  const parts = await sessionParts();
  const opened = openRequest(parts, presenting);
  const here = () => captureHere(here);
  return { ...opened, parts, write: () => assertWritable(parts.services, opened.session, name, here()) };
}

describe.each(WRITES)('%s()', (name) => {
  it('passes on an unsafe method, from this site, before the answer', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect((await checked(name, { method })).write).not.toThrow();
  });

  it('throws once the response has begun, with route, line and what to do', async () => {
    const { write, wire } = await checked(name);
    wire.res.end();
    const error = thrownBy(write);
    expect(error.code).toBe('ERR_RESPONSE_STARTED');
    expect(error.message).toMatch(
      /^session\.\w+\(\) in POST \/here \(test\/unit\/session\/write-checks\.test\.ts:\d+\): /,
    );
    expect(error.message).toContain('Call it before answering');
  });

  it('throws once the context has closed', async () => {
    const { write, context } = await checked(name);
    context.close();
    expect(thrownBy(write).code).toBe('ERR_CONTEXT_CLOSED');
  });

  it('is refused where AsyncLocalStorage believes in another request, with an event', async () => {
    const { write, parts } = await checked(name);
    const other = openRequest(parts).context;
    const error = thrownBy(() => runInContext(other, write));
    expect([error.code, error.message.includes('AsyncResource.bind')]).toEqual(['ERR_CONTEXT_MISMATCH', true]);
    expect(parts.seen).toMatchObject([{ code: 'context.mismatch', severity: 'critical', route: 'POST /here' }]);
  });
});

describe('on a safe method', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'QUERY'])(
    '%s: every write but destroy() throws, with what to do',
    async (method) => {
      for (const name of WRITES) {
        const { write } = await checked(name, { method });
        if (name === 'destroy') expect(write).not.toThrow();
        else expect(thrownBy(write).code).toBe('ERR_SESSION_WRITE_ON_SAFE_METHOD');
      }
      const { write } = await checked('start', { method });
      expect(thrownBy(write).message).toContain(`never leaves on ${method === 'OPTIONS' ? 'an' : 'a'} ${method}`);
      expect(thrownBy(write).message).toContain(
        'Let the login end in a POST: app.all(path, sessions.viaPost(), handler)',
      );
    },
  );
});

describe('from another site', () => {
  const headers: [string, string][] = [['Sec-Fetch-Site', 'cross-site']];

  it.each(['start', 'destroy'] as const)('%s() is refused, cookie or not, with an event', async (name) => {
    const { write, parts } = await checked(name, { headers });
    const error = thrownBy(write);
    expect([error.code, error.status]).toEqual(['ERR_CROSS_SITE', 403]);
    expect(error.message).toContain('csrf.trustedOrigins');
    expect(parts.codes()).toEqual(['csrf.refused']);
  });

  it('destroy() is refused on a GET too: a forced logout', async () => {
    const { write } = await checked('destroy', { method: 'GET', headers });
    expect(thrownBy(write).code).toBe('ERR_CROSS_SITE');
  });
});

describe('over plain http', () => {
  const at = (origin: string): Presenting => ({
    headers: [
      ['Sec-Fetch-Site', 'same-origin'],
      ['Origin', origin],
    ],
  });

  it("start() is refused where the browser would drop the cookie, with the proxy's line", async () => {
    const { write } = await checked('start', at('http://app.example'));
    const error = thrownBy(write);
    expect([error.code, error.status]).toEqual(['ERR_INSECURE_REQUEST', 400]);
    expect(error.message).toContain('return 301 https://');
  });

  it.each(['https://app.example', 'http://localhost:3000'])('start() passes at %s', async (origin) => {
    expect((await checked('start', at(origin))).write).not.toThrow();
  });
});

describe('assertRightContext()', () => {
  async function reading(strictContext: boolean) {
    const parts = await sessionParts({ strictContext });
    const { session, context } = openRequest(parts);
    const here = () => captureHere(here);
    const read = () => assertRightContext(parts.services, session, { write: false, name: 'session.id', place: here });
    return { parts, read, context, other: openRequest(parts).context };
  }

  it('answers reads from the request, and reports the mismatch with its line', async () => {
    const { read, parts, other } = await reading(false);
    expect(() => runInContext(other, read)).not.toThrow();
    expect(parts.seen[0]?.detail.line).toMatch(/write-checks\.test\.ts:\d+$/);
  });

  it('refuses reads too where strictContext says so', async () => {
    const { read, other } = await reading(true);
    expect(thrownBy(() => runInContext(other, read)).code).toBe('ERR_CONTEXT_MISMATCH');
  });

  it('says nothing in the own context, or outside any', async () => {
    const { read, parts, context } = await reading(true);
    runInContext(context, read);
    AsyncResource.bind(read)();
    expect(parts.seen).toEqual([]);
  });
});

describe('assertKnown()', () => {
  it('throws ERR_STORE_UNAVAILABLE where validity is not known, until something was started', async () => {
    const parts = await sessionParts();
    const standing = { ...NO_SESSION, token: liveToken(parts), inactiveBecause: null, unavailable: true };
    const { session } = openRequest(parts, { standing });
    expect(thrownBy(() => assertKnown(session)).code).toBe('ERR_STORE_UNAVAILABLE');
    session.token = liveToken(parts);
    expect(() => assertKnown(session)).not.toThrow();
    expect(() => assertKnown(openRequest(parts).session)).not.toThrow();
  });
});
