import { inspect } from 'node:util';
import { RequestContext } from '../../../lib/request/context.js';
import { runInContext } from '../../../lib/request/context-storage.js';
import type { CredentialSet } from '../../../lib/request/credentials.js';
import { recordedEvents } from '../../helpers/recorded-events.js';
import { thrownBy } from '../../helpers/thrown.js';
import { fakeRequest, fakeResponse } from '../../helpers/wire.js';

const SECRET = 'Fe26.2*1*secret';
const credentials: CredentialSet = {
  all: [{ kind: 'cookie', name: '__Host-session', value: SECRET }],
  contradicted: [],
  repeated: [],
  lookalikes: [],
};

function open(line: { method?: string; url?: string; headers?: [string, string][] } = {}) {
  const req = fakeRequest(line);
  const { res } = fakeResponse(req);
  return { req, res, context: new RequestContext(req, res, credentials, 5, recordedEvents().events) };
}

describe('RequestContext', () => {
  it('is another one for every request, by name too', () => {
    expect(open().context.requestId).not.toBe(open().context.requestId);
  });

  it('knows its request and response while they last', () => {
    const { req, res, context } = open({ method: 'POST', url: '/login?x=1' });
    expect([context.req, context.res]).toEqual([req, res]);
    expect(context).toMatchObject({ method: 'POST', safe: false, startedAt: 5, closed: false, route: 'POST /login' });
  });

  it('goes by the method on the wire, whatever a header says or method-override has written over it', () => {
    const { context } = open({ method: 'GET', headers: [['X-HTTP-Method-Override', 'POST']] });
    expect([context.method, context.safe]).toEqual(['GET', true]);
    const req = Object.assign(fakeRequest({ method: 'POST' }), { originalMethod: 'GET' });
    const overridden = new RequestContext(req, fakeResponse(req).res, credentials, 0, recordedEvents().events);
    expect([overridden.method, overridden.safe]).toEqual(['GET', true]);
  });

  it('remembers the first place that read the session', () => {
    const { context } = open();
    context.markRead(function reader() {});
    const first = context.firstRead;
    context.markRead(function reader() {});
    expect(first).not.toBeNull();
    expect(context.firstRead).toBe(first);
  });

  describe('once closed', () => {
    it.each<[string, (context: RequestContext) => unknown]>([
      ['req', (context) => context.req],
      ['res', (context) => context.res],
      ['assertOpen()', (context) => context.assertOpen('session.update()')],
    ])('throws ERR_CONTEXT_CLOSED for %s, with the route and what to do', (_what, use) => {
      const { context } = open({ method: 'POST', url: '/slow' });
      context.close();
      const error = thrownBy(() => use(context));
      expect(error.code).toBe('ERR_CONTEXT_CLOSED');
      expect(error.message).toContain('its response to POST /slow had ended');
      expect(error.message).toContain('snapshot()');
    });

    it('names what was used too late', () => {
      const { context } = open();
      context.close();
      expect(thrownBy(() => context.assertOpen('session.update()')).message).toMatch(/^session\.update\(\) was used/);
    });

    it('forgets the cookies that never left, and closes once', () => {
      const { context } = open();
      context.outgoingCookies.set('__Host-session', SECRET);
      context.close();
      context.close();
      expect([context.outgoingCookies.size, context.closed]).toEqual([0, true]);
    });

    it('keeps its route for events', () => {
      const { context } = open({ url: '/slow' });
      context.close();
      expect(context.route).toBe('GET /slow');
    });
  });

  it('gives a snapshot that is frozen, plain and knows no credential', () => {
    const { context } = open({ url: '/a' });
    const snapshot = context.snapshot();
    expect(snapshot).toEqual({ requestId: context.requestId, method: 'GET', route: 'GET /a', startedAt: 5 });
    expect(Object.isFrozen(snapshot)).toBe(true);
  });

  it('shows no credential when it is inspected, nor when a promise or timer made in its request is', () => {
    const { context } = open();
    context.outgoingCookies.set('__Host-session', `__Host-session=${SECRET}`);
    const made = runInContext(context, () => {
      const timer = setTimeout(() => {}, 0);
      clearTimeout(timer);
      return [Promise.resolve(), timer];
    });
    const shown = inspect([context, made], { depth: 20, showHidden: true });
    expect(shown).toContain(context.requestId);
    expect(shown).not.toContain(SECRET);
  });
});
