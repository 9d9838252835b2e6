/** A store that does anything it should not, in each of its steps: nobody is taken for somebody else, and nobody is guessed. */
import type { IncomingMessage, RequestListener } from 'node:http';
import { memory, swapproof } from 'swapproof';
import { expectNoSwap } from '../../../lib/testing/expect-no-swap.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import type { FaultName } from '../../../lib/testing/faults/fault.js';
import { faultyStore, type StoreFaults } from '../../../lib/testing/faults/faulty-store.js';
import { twoUsers } from '../../../lib/testing/two-users.js';
import { SECRETS } from '../../helpers/tokens.js';

const FAULTS: readonly FaultName[] = ['late', 'twice', 'neighbour', 'null', 'garbage', 'error', 'hang'];
const STEPS: readonly (readonly [part: keyof StoreFaults, step: string])[] = [
  ['log', 'poll'],
  ['registry', 'find'],
  ['registry', 'list'],
  ['registry', 'seen'],
  ['stored', 'get'],
  ['stored', 'set'],
  ['stored', 'take'],
];

const steps = STEPS.flatMap(([part, step]) => FAULTS.map((fault) => ({ part, step, fault })));

type Kit = ReturnType<typeof swapproof>;

/** Reads all that is kept of whoever asks; PUT writes, POST takes. */
async function account(sessions: Kit, req: IncomingMessage): Promise<string> {
  const { subject, stored } = sessions.of(req);
  const cart = req.method === 'POST' ? await stored.take('cart') : await stored.get('cart');
  const devices: string[] = [];
  if (subject !== null) for await (const { id } of sessions.list(subject)) devices.push(id);
  if (req.method === 'PUT') await stored.set('cart', String(req.headers['x-cart']));
  return JSON.stringify({ subject, cart, devices });
}

function app(sessions: Kit): RequestListener {
  return (req, res) =>
    sessions(req, res, (error) => {
      const answer = error ? Promise.reject(error) : account(sessions, req);
      answer.catch(() => res.writeHead(503) && 'cannot tell').then((text) => res.end(text));
    });
}

it.each(steps)('$part.$step: $fault', async ({ part, step, fault }) => {
  const clock = fakeClock();
  const store = faultyStore(memory());
  const sessions = swapproof({ secrets: SECRETS, store, clock, log: false, requestDeadline: 30 });
  const { ada, bob, close } = await twoUsers(sessions, app(sessions));
  const fill = [ada, bob].map((user) =>
    user.ask({ method: 'PUT', path: '/', headers: [['X-Cart', user.canary('cart')]] }),
  );
  expect((await Promise.all(fill)).map(({ answer }) => answer?.status)).toEqual([200, 200]);

  Object.assign(store.faults[part], { [step]: fault });
  clock.advance(3_600_000);
  const asked = ['GET', 'PUT', 'POST', 'GET'].flatMap((method) =>
    [ada, bob, ada].map((user) => user.ask({ method, path: '/', headers: [['X-Cart', user.canary('cart')]] })),
  );
  const exchanges = await Promise.all(asked);
  expectNoSwap(exchanges, [ada, bob]);
  for (const { asker, answer } of exchanges) {
    expect([200, 503]).toContain(answer?.status);
    const { subject = null } = answer?.status === 200 ? JSON.parse(answer.body.toString()) : {};
    if (subject !== null) expect(subject).toMatch(new RegExp(`^${asker}-`));
  }

  Object.assign(store.faults[part], { [step]: undefined });
  store.release();
  await close();
  await sessions.close();
});

it('a list that hangs keeps no revocation', async () => {
  const store = faultyStore(memory());
  const sessions = swapproof({ secrets: SECRETS, store, log: false, requestDeadline: 30 });
  const { ada, bob, close } = await twoUsers(sessions, app(sessions));
  store.faults.registry.list = 'hang';
  await sessions.revoke.subject(ada.user.username);
  store.faults.registry.list = undefined;
  const [gone, here] = [await ada.get('/'), await bob.get('/')];
  expect(JSON.parse(String(gone.answer?.body))).toMatchObject({ subject: null });
  expect(JSON.parse(String(here.answer?.body))).toMatchObject({ subject: bob.user.username });
  store.release();
  await close();
  await sessions.close();
});
