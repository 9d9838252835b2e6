/** R2 through the kit: a context is dead after its response, on every way out. */
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { contextOfRequest, getContext, tryGetContext } from '../../../lib/request/context-storage.js';
import type { Session } from '../../../lib/session/session.js';
import { deferred } from '../../helpers/deferred.js';
import { faultyMemory, holdPolls } from '../../helpers/faulty-memory.js';
import { FRAMEWORKS, startKit } from '../../helpers/kit-app.js';
import { thrownBy } from '../../helpers/thrown.js';

/** The tick after both events' listeners. */
const later = () => new Promise(setImmediate);

async function afterClose(res: ServerResponse): Promise<void> {
  if (!res.closed) await new Promise((resolve) => res.once('close', resolve));
  await later();
}

function codesOf(session: Session): string[] {
  return [
    () => session.active,
    () => session.subject,
    () => session.data,
    () => 'active' in session,
    () => Object.keys(session),
    () => session.identity(),
    () => session.start('mallory'),
    () => session.update({ a: 1 }),
    () => session.regenerate(),
    () => session.reauthenticated('alice'),
    () => session.destroy(),
  ].map((use) => thrownBy(use).code);
}

describe.each(FRAMEWORKS)('%s', (framework) => {
  const ways: Record<string, (res: ServerResponse) => unknown> = {
    'after finish': (res) => res.end('done'),
    'after a throw': () => {
      throw new TypeError('broken');
    },
    'after a rejection': () => Promise.reject(new TypeError('broken')),
    'after the socket was destroyed': (res) => res.socket?.destroy(),
  };

  it.each(Object.keys(ways))('refuses every use of the handle %s', async (way) => {
    const kept = deferred<{ session: Session; res: ServerResponse }>();
    const app = await startKit({
      framework,
      routes: (routes, sessions) =>
        routes.on('POST', '/leak', (req, res) => {
          kept.resolve({ session: sessions.of(req), res });
          return ways[way]?.(res);
        }),
    });
    const alice = app.browser();
    await alice.login('alice');
    await alice.post('/leak').catch(() => undefined);
    const { session, res } = await kept.promise;
    await afterClose(res);
    expect(new Set(codesOf(session))).toEqual(new Set(['ERR_CONTEXT_CLOSED']));
    expect(thrownBy(() => session.active).message).toContain('POST /leak');
  });
});

it('refuses a handle in a callback that comes after the answer', async () => {
  const seen = deferred<string>();
  const app = await startKit({
    routes: (routes, sessions) =>
      routes.on('GET', '/timer', (req, res) => {
        const session = sessions.of(req);
        res.once('close', () => setImmediate(() => seen.resolve(thrownBy(() => session.subject).code)));
        res.end();
      }),
  });
  await app.browser().get('/timer');
  expect(await seen.promise).toBe('ERR_CONTEXT_CLOSED');
});

it.each(['finish', 'close'] as const)('still answers a listener of the tick of the first %s', async (event) => {
  const seen = deferred<unknown>();
  const app = await startKit({
    routes: (routes, sessions) =>
      routes.on('GET', '/log', (req, res) => {
        const session = sessions.of(req);
        res.once(event, () => {
          try {
            seen.resolve(session.subject);
          } catch (error) {
            seen.resolve(error);
          }
        });
        if (event === 'finish') res.end();
        else res.destroy();
      }),
  });
  const alice = app.browser();
  await alice.login('alice');
  await alice.get('/log').catch(() => undefined);
  expect(await seen.promise).toBe('alice');
});

it('closes what getContext() answers, and keeps snapshots alive', async () => {
  const seen = deferred<unknown[]>();
  const app = await startKit({
    routes: (routes) =>
      routes.on('GET', '/work', (_req, res) => {
        const context = getContext();
        const snapshot = context.snapshot();
        res.once('close', () =>
          setImmediate(() =>
            seen.resolve([
              thrownBy(() => context.snapshot()).code,
              thrownBy(() => context.route).code,
              thrownBy(getContext).code,
              thrownBy(tryGetContext).code,
              snapshot.route,
            ]),
          ),
        );
        res.end();
      }),
  });
  await app.browser().get('/work');
  expect(await seen.promise).toEqual([...Array(4).fill('ERR_CONTEXT_CLOSED'), 'GET /work']);
});

it('lets go of request and response', async () => {
  const kept = deferred<{ req: IncomingMessage; res: ServerResponse }>();
  const app = await startKit({
    routes: (routes) =>
      routes.on('GET', '/gone', (req, res) => {
        kept.resolve({ req, res });
        res.end();
      }),
  });
  await app.browser().get('/gone');
  const { req, res } = await kept.promise;
  await afterClose(res);
  const context = contextOfRequest(req);
  expect(context?.closed).toBe(true);
  expect(thrownBy(() => context?.req).code).toBe('ERR_CONTEXT_CLOSED');
  expect(thrownBy(() => context?.res).code).toBe('ERR_CONTEXT_CLOSED');
  expect(inspect(context, { depth: 10, showHidden: true, customInspect: false })).not.toContain('IncomingMessage');
});

it('calls nothing behind it if the client left while it was awaiting', async () => {
  const store = faultyMemory();
  let handled = 0;
  const app = await startKit({
    options: { store, requestDeadline: '1m' },
    routes: (routes) => routes.on('POST', '/late', (_req, res) => res.end(String(++handled))),
  });
  await app.browser().login('alice');
  const poll = holdPolls(store);
  app.clock.advance(3_600_000);
  const left = request({ port: app.port, host: '127.0.0.1', method: 'POST', path: '/late' });
  const gone = new Promise((resolve) => left.once('close', resolve));
  left.on('error', () => undefined).end();
  const closed = new Promise((resolve) => app.server.once('connection', (socket) => socket.once('close', resolve)));
  await poll.reached;
  left.destroy();
  await Promise.all([gone, closed]);
  await later();
  poll.release();
  await app.browser().post('/late');
  expect(handled).toBe(1);
  // Not even with an error: there is nobody to answer.
  expect(app.errors).toEqual([]);
});
