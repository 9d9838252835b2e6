/**
 * Logs an agent in without a login route: a server of its own, for one POST, has the kit and nothing else in front of
 * `start()`. What the agent holds afterwards is what a login would have left, and is checked like it.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SwapproofError, TestingError } from '../errors.js';
import type { Next } from '../request/next.js';
import { type Agent, type Browser, browserOf } from './agent.js';

/** What swapproof() answers, as far as it is needed here. */
export interface SignInKit<D extends object> {
  (req: IncomingMessage, res: ServerResponse, next: Next): void;
  of(req: IncomingMessage): { start(subject: string, data?: D): Promise<void> };
}

/** No route of anybody's; events of the sign-in name it. */
const PATH = '/swapproof-sign-in';
const SIGNED_IN = 204;

/**
 * After it, the agent's requests come with a session of `subject`. A session that the agent had ends, as by a login.
 * @param agent supertest's `request.agent(app)`, or anything else with superagent's jar, or a `cookieJar()`
 * @throws TestingError at once for wrong arguments. Rejects with what `start()` refuses, or with ERR_SIGN_IN where the
 *   kit is closed or its cookies could never be sent.
 */
export function signIn<D extends object = Record<string, unknown>>(
  agent: Agent,
  sessions: SignInKit<D>,
  subject: string,
  data?: D,
): Promise<void> {
  const browser = browserOf(agent);
  if (typeof sessions !== 'function' || typeof sessions.of !== 'function') {
    refuse('signIn(agent, sessions, ...): sessions must be what swapproof() answered.');
  }
  if (typeof subject !== 'string' || subject === '') {
    refuse('signIn(agent, sessions, subject): the subject must be a string that is not empty, as String(user.id).');
  }
  return throughOwnServer(browser, (req, res) =>
    started(sessions, { req, res }, () => sessions.of(req).start(subject, data)),
  );
}

/** Whatever goes wrong on the way to the session or in it. A kit that answers by itself never comes to `start`. */
function started(
  sessions: SignInKit<never>,
  { req, res }: { req: IncomingMessage; res: ServerResponse },
  start: () => Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    res.once('close', () => reject(unavailable(`it answered ${res.statusCode}`)));
    sessions(req, res, (error) => {
      if (error) return reject(error);
      new Promise<void>((done) => done(start())).then(resolve, reject);
    });
  });
}

async function throughOwnServer(
  browser: Browser,
  handle: (req: IncomingMessage, res: ServerResponse) => Promise<void>,
): Promise<void> {
  let outcome: Promise<void> = Promise.resolve();
  const server = createServer((req, res) => {
    outcome = handle(req, res);
    outcome.then(
      () => res.writeHead(SIGNED_IN).end(),
      () => res.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const lines = await post(server.address() as AddressInfo, browser).catch(async (error) => {
      await outcome;
      throw error;
    });
    await outcome;
    browser.keep(lines);
  } catch (error) {
    throw error instanceof SwapproofError && error.status === 503 ? unavailable(error.message, error) : error;
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

/** The lines of `Set-Cookie` that the answer brought. */
function post({ port }: AddressInfo, { tls, cookies }: Browser): Promise<readonly string[]> {
  const cookie = cookies();
  const headers = {
    'Sec-Fetch-Site': 'same-origin',
    ...(cookie !== '' && { Cookie: cookie }),
    // What a TLS proxy would say: it ends development mode, as the agent's own connection does.
    ...(tls && { 'X-Forwarded-Proto': 'https' }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent: false, host: '127.0.0.1', port, method: 'POST', path: PATH, headers });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      incoming.on('error', reject).resume();
      incoming.on('end', () => resolve(incoming.headers['set-cookie'] ?? []));
    });
    outgoing.end();
  });
}

function unavailable(why: string, cause?: unknown): TestingError {
  return new TestingError(
    'ERR_SIGN_IN',
    `signIn(): the kit could start no session: ${why}. Was it closed before? Sign in first, and await sessions.close() ` +
      'in afterAll().',
    { cause },
  );
}

function refuse(message: string): never {
  throw new TestingError('ERR_INVALID_ARGUMENT', message);
}
