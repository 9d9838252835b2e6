/** twoUsers() and expectNoSwap(): whose answer it is, and a failure that reads like a finding. */
import { AssertionError } from 'node:assert';
import type { IncomingMessage, ServerResponse } from 'node:http';
import request from 'supertest';
import { memory, swapproof } from 'swapproof';
import { expectNoSwap } from '../../../lib/testing/expect-no-swap.js';
import { type TwoUsers, twoUsers } from '../../../lib/testing/two-users.js';
import { SECRETS } from '../../helpers/tokens.js';

function failureOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
}

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

type Answer = (subject: string | null, req: IncomingMessage, res: ServerResponse) => void;

/** An app that answers each with whatever `answer` writes. */
async function users(answer: Answer): Promise<TwoUsers> {
  const sessions = swapproof({ secrets: SECRETS, store: memory(), log: false });
  opened.push(sessions);
  const two = await twoUsers(sessions, (req, res) => {
    sessions(req, res, () => answer(sessions.of(req).subject, req, res));
  });
  opened.push(two);
  return two;
}

const own: Answer = (subject, _req, res) => void res.end(`the page of ${subject}`);
/** As a response cache does whose key is the URL. */
function cached(): Answer {
  let page: string | undefined;
  return (subject, _req, res) => {
    page ??= `<h1>the page of ${subject}</h1>`;
    res.end(page);
  };
}

it('signs both in, under subjects that nobody else has', async () => {
  const { ada, bob } = await users(own);
  expect([ada.label, bob.label]).toEqual(['ada', 'bob']);
  expect(ada.user.username).toMatch(/^ada-[a-z0-9]{12}$/);
  expect((await ada.get('/')).answer?.body.toString()).toBe(`the page of ${ada.user.username}`);
  expect((await users(own)).ada.user.username).not.toBe(ada.user.username);
});

it('passes where each gets what is theirs', async () => {
  const { ada, bob } = await users(own);
  expectNoSwap(await Promise.all([ada.get('/'), bob.get('/')]), [ada, bob]);
});

it('tells a swap like a finding: who got what of whom, with both requests', async () => {
  const { ada, bob } = await users(cached());
  const exchanges = [await ada.get('/account'), await bob.get('/account')];
  const failure = failureOf(() => expectNoSwap(exchanges, [ada, bob]));
  expect(failure).toBeInstanceOf(AssertionError);
  expect(String(failure)).toMatch(
    /bob was given what is ada's by GET \/account\n {2}owner {5}ada\n {2}receiver {2}bob\n/,
  );
  expect(String(failure)).toMatch(/leaked {4}body, byte 16: <h1>the page of ada-\w+<\/h1>/);
  expect(String(failure).match(/ asked at .* got 200/g)).toHaveLength(2);
  expect(String(failure).match(/curl --include/g)).toHaveLength(2);
  expect(String(failure)).not.toContain(ada.jar.header('http://127.0.0.1').split('=')[1]);
});

it('looks for canaries in fields as well, in headers too', async () => {
  let name = '';
  const { ada, bob } = await users((_subject, _req, res) => void res.setHeader('X-Name', name).end('hello'));
  name = ada.canary('name');
  const exchange = await bob.get('/');
  expect(() => expectNoSwap([exchange], [ada, bob])).toThrow(/leaked {4}header x-name/i);
});

it('takes what supertest answers', async () => {
  const marked = [
    { label: 'ada', marks: ['ada-canary-1'] },
    { label: 'bob', marks: ['bob-canary-1'] },
  ];
  const response = await request((_req: IncomingMessage, res: ServerResponse) => res.end('of ada-canary-1')).get(
    '/a?b=1',
  );
  expectNoSwap([{ to: 'ada', response }], marked);
  expect(() => expectNoSwap([{ to: 'bob', response }], marked)).toThrow("bob was given what is ada's by GET /a?b=1");
  expect(() => expectNoSwap([{ to: null, response }], marked)).toThrow(
    "somebody without a session was given what is ada's",
  );
});

it.each([
  [
    'no answer',
    async ({ ada }: TwoUsers) => [await ada.ask({ path: '/', headers: [['bad header', 'x']] })],
    /nothing to look at/,
  ],
  ['nothing', async () => [], /nothing to look at/],
])('refuses %s, which would prove nothing', async (_name, asked, message) => {
  const two = await users(own);
  const exchanges = await asked(two);
  expect(() => expectNoSwap(exchanges, [two.ada, two.bob])).toThrow(message);
});

it('refuses answers of somebody who is none of the users', async () => {
  const { ada, bob } = await users(own);
  const exchange = await bob.get('/');
  expect(() => expectNoSwap([exchange], [ada])).toThrow(/bob is none of the users/);
});

it('leaves nothing behind where signing in fails', async () => {
  const sessions = swapproof({ secrets: SECRETS, store: memory(), log: false });
  await sessions.close();
  await expect(twoUsers(sessions, (_req, res) => res.end())).rejects.toMatchObject({ code: 'ERR_SIGN_IN' });
  await expect(twoUsers(sessions, undefined as never)).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
});
