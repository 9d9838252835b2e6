/** R4 after the head: what is read once a head has left that caches may keep would be kept with it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FRAMEWORKS, type Framework, type Kit, startKit } from '../../helpers/kit-app.js';

type Route = (req: IncomingMessage, res: ServerResponse, sessions: Kit) => void;

async function publicPage(framework: Framework, route: Route) {
  const app = await startKit({
    framework,
    options: { public: '/pub' },
    routes: (routes, sessions) => routes.on('GET', '/pub', (req, res) => route(req, res, sessions)),
  });
  const alice = app.browser();
  await alice.login('alice');
  return { app, alice };
}

/** Sends the first bytes of a page that every cache may keep. */
function sendHead(res: ServerResponse): void {
  res.setHeader('Cache-Control', 'public, max-age=600');
  res.write('hello ');
}

describe.each(FRAMEWORKS)('%s', (framework) => {
  it.each<[string, (sessions: Kit, req: IncomingMessage, res: ServerResponse) => unknown]>([
    ['a field', (sessions, req) => sessions.of(req).subject],
    ['a wall', (sessions, req, res) => sessions.requireSession()(req, res, () => undefined)],
  ])('refuses %s after a head that caches may keep, and says where', async (_what, read) => {
    let refused: { code?: string } = {};
    const { app, alice } = await publicPage(framework, (req, res, sessions) => {
      sendHead(res);
      try {
        res.end(String(read(sessions, req, res)));
      } catch (error) {
        refused = error as { code?: string };
        res.end('you');
      }
    });
    const { body, headers } = await alice.get('/pub');
    expect([headers['cache-control'], body]).toEqual(['public, max-age=600', 'hello you']);
    expect(refused.code).toBe('ERR_RESPONSE_STARTED');
    const violation = app.events.find(({ code }) => code === 'cache.violation');
    expect(violation).toMatchObject({ severity: 'critical' });
    expect(violation?.message).toMatch(/late-reads\.test\.ts:\d+/);
  });

  it('lets a session be read before the head, which is private then, and after it as well', async () => {
    const { alice } = await publicPage(framework, (req, res, sessions) => {
      const { subject } = sessions.of(req);
      sendHead(res);
      res.end(`${subject}, ${sessions.of(req).subject}`);
    });
    const { body, headers } = await alice.get('/pub');
    expect([headers['cache-control'], body]).toEqual(['private, no-store', 'hello alice, alice']);
  });

  it('lets a page for nobody ask late: there is nobody to give away', async () => {
    const { app } = await publicPage(framework, (req, res, sessions) => {
      sendHead(res);
      res.end(String(sessions.of(req).active));
    });
    expect((await app.browser().get('/pub')).body).toBe('hello false');
  });
});

it('a method kept for later is dead with its response', async () => {
  let kept: () => unknown = () => undefined;
  const app = await startKit({
    options: { identity: (id) => ({ id }) },
    routes: (routes, sessions) =>
      routes.on('GET', '/keep', (req, res) => {
        kept = sessions.of(req).identity;
        res.end();
      }),
  });
  const alice = app.browser();
  await alice.login('alice');
  await alice.get('/keep');
  expect(() => kept()).toThrow(expect.objectContaining({ code: 'ERR_CONTEXT_CLOSED' }));
});

it('requireSession that was not called, or with a misspelt option, is refused and does not hang', async () => {
  const app = await startKit({
    routes: (routes, sessions) => {
      const wall = sessions.requireSession as unknown as (req: IncomingMessage, res: ServerResponse) => void;
      routes.on('GET', '/wall', wall);
    },
  });
  const { status, body } = await app.browser().get('/wall');
  expect([status, body]).toEqual([500, 'ERR_INVALID_OPTION']);
  expect(() => app.sessions.requireSession({ loginpath: '/login' } as object)).toThrow(/loginPath/);
});
