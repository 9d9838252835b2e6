/**
 * Source: GitHub, "How we found and fixed a rare race condition in our session handling" (March 2021).
 * What users saw: one user was logged in as another, because a response carried somebody else's session cookie.
 * Cause: an environment object used for every request, and a late callback that wrote to whoever held it by then.
 * What stops it here: response/set-cookie-guard.ts (R3) drops the cookie; request/context.ts (R2) refuses late use.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memory, type Session, type Swapproof, swapproof } from 'swapproof';
import { Gate } from '../helpers/gate.js';
import { type Answer, send } from '../helpers/send.js';

const SECRET = 'n8Jk2mN4pQ6rS8tU0vW2yZ4aB6cD8eF0';

/** One object for all requests, emptied between them, as Unicorn's `env` was. */
const environment: { req?: IncomingMessage; res?: ServerResponse } = {};

interface App {
  readonly server: Server;
  readonly sessions: Swapproof<Record<string, unknown>, unknown> | null;
  /** Held by requests #2 and #3 until the test lets them answer. */
  readonly second: Gate;
  readonly third: Gate;
  /** What the exception reporter remembers of request #1: a callback that finds its user by the shared object. */
  readonly reporter: { readUser?: () => string | undefined; writeUser?: (cookie: string) => void };
}

function buildApp(guarded: boolean): App {
  const sessions = guarded ? swapproof({ secrets: [SECRET], store: memory(), log: false }) : null;
  const app: App = { server: createServer(), sessions, second: new Gate(), third: new Gate(), reporter: {} };
  app.server.on('request', (req, res) => {
    if (sessions) sessions(req, res, (error) => (error ? res.writeHead(500).end() : void handle(app, req, res)));
    else void handle(app, req, res);
  });
  return app;
}

async function handle(app: App, req: IncomingMessage, res: ServerResponse): Promise<void> {
  environment.req = req;
  environment.res = res;
  switch (req.url) {
    case '/login':
      await logIn(app, req, res);
      break;
    case '/first':
      app.reporter.readUser = () => environment.req?.headers.cookie;
      app.reporter.writeUser = (cookie) => environment.res?.appendHeader('Set-Cookie', `${cookie}; Path=/`);
      break;
    case '/second':
      await app.second.wait();
      break;
    case '/third':
      await app.third.wait();
      break;
  }
  res.end(req.url);
}

async function logIn({ sessions }: App, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const user = String(req.headers['x-user']);
  if (sessions) await sessions.of(req).start(user);
  else res.setHeader('Set-Cookie', `sid=session-of-${user}; Path=/`);
}

/** The first cookie line as a request sends it back. */
function cookieOf(answer: Answer): string {
  return answer.setCookies[0]?.split(';', 1)[0] ?? '';
}

/** The eight steps of the report. Answers what the third request's user was sent, and both users' cookies. */
async function eightSteps(app: App): Promise<{ third: Answer; ada: string; grace: string }> {
  const port = await listen(app.server);
  const ada = cookieOf(await send(port, 'POST', '/login', { 'X-User': 'ada' }));
  const grace = cookieOf(await send(port, 'POST', '/login', { 'X-User': 'grace' }));
  // 1. An anonymous request registers callbacks with the exception reporter, holding the shared object.
  await send(port, 'GET', '/first');
  // 2. In the background an exception is raised; the reporter copies the callbacks.
  const { readUser, writeUser } = app.reporter;
  // 3. A signed-in request starts.
  const second = send(port, 'GET', '/second', { Cookie: ada });
  await app.second.reached;
  // 4. In the background, a callback reads the session through the shared object: it is the second request's.
  const stolen = readUser?.() ?? '';
  // 5. The second request finishes.
  app.second.open();
  await second;
  // 6. Another signed-in request starts, and is authenticated.
  const third = send(port, 'GET', '/third', { Cookie: grace });
  await app.third.reached;
  // 7. In the background, the session cookie is written to the shared object's response: it is the third's by now.
  writeUser?.(stolen);
  // 8. The third user receives their page, and the second user's session.
  app.third.open();
  return { third: await third, ada, grace };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function withApp<T>(guarded: boolean, work: (app: App) => Promise<T>): Promise<T> {
  const app = buildApp(guarded);
  try {
    return await work(app);
  } finally {
    app.server.closeAllConnections();
    app.server.close();
    await app.sessions?.close();
  }
}

describe('a reused request environment (GitHub, 2021)', () => {
  it("swaps sessions without the kit: the third user gets the second user's cookie", async () => {
    const { third, ada } = await withApp(false, eightSteps);
    expect(third.setCookies).toEqual([`${ada}; Path=/`]);
  });

  it('swaps nothing with the kit: the foreign cookie does not leave, and the event says so', async () => {
    await withApp(true, async (app) => {
      const events: string[] = [];
      app.sessions?.on('cookie.foreign', ({ severity, message }) => events.push(`${severity} ${message}`));
      const { third, ada } = await eightSteps(app);
      expect(third.status).toBe(200);
      expect(third.setCookies.filter((line) => line.startsWith(ada.split('=', 1)[0] ?? '?'))).toEqual([]);
      expect(third.raw).not.toContain(ada.split('=')[1]);
      expect(events).toEqual([expect.stringMatching(/^critical GET \/third tried to set the session cookie/)]);
    });
  });

  it('gives a late callback no way to a session: the handle is dead with its response', async () => {
    await withApp(true, async (app) => {
      const port = await listen(app.server);
      let late: Session | undefined;
      app.server.prependListener('request', (req) => {
        req.once('end', () => {
          late ??= app.sessions?.of(req);
        });
      });
      await send(port, 'GET', '/anything');
      expect(late).toBeDefined();
      expect(() => late?.subject).toThrow(expect.objectContaining({ code: 'ERR_CONTEXT_CLOSED' }));
      expect(() => late?.start('ada')).toThrow(expect.objectContaining({ code: 'ERR_CONTEXT_CLOSED' }));
    });
  });
});
