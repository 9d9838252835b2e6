import type { Person, SuiteOptions } from '../../../lib/testing/index.js';
import { givenUpBy } from '../../../lib/testing/world/given-up.js';
import { rejectionOf } from '../../helpers/thrown.js';

const never = () => new Promise<never>(() => {});
const person = {} as Person;

const CALLS: [string, (options: SuiteOptions) => unknown][] = [
  ['login', ({ login }) => typeof login === 'function' && login(person, { username: 'ada', password: 'p' })],
  ['whoami', ({ whoami }) => typeof whoami === 'function' && whoami(person)],
  ['plant', ({ plant }) => plant?.(person)],
  ['links', ({ links }) => links?.(person)],
  ['records', ({ records }) => records?.(person)],
  ['tokens.create', ({ tokens }) => tokens?.create(person)],
  ['tokens.verify', ({ tokens }) => tokens?.verify('t')],
  ['tokens.touch', ({ tokens }) => tokens?.touch?.(person)],
];

function waiting(tokens: SuiteOptions['tokens'], wait: () => Promise<never>): SuiteOptions {
  return { routes: [], login: wait, whoami: wait, plant: wait, links: wait, records: wait, ...(tokens && { tokens }) };
}

it.each(CALLS)('%s is given up when the time is over, and not called any more', async (_name, call) => {
  const time = new AbortController();
  const wait = jest.fn(never);
  const options = givenUpBy(time.signal, waiting({ create: wait, verify: wait, touch: wait }, wait));
  const given = call(options) as Promise<unknown>;
  time.abort();
  expect(await rejectionOf(given)).toMatchObject({ code: 'ERR_SUITE_DEADLINE' });
  expect(await rejectionOf(call(options) as Promise<unknown>)).toMatchObject({ code: 'ERR_SUITE_DEADLINE' });
  expect(wait).toHaveBeenCalledTimes(1);
});

it('answers what they answer, and leaves paths as they are', async () => {
  class Hooks {
    readonly #secret = 's1';
    create = async () => this.#secret;
    async verify(secret: string) {
      return secret === this.#secret;
    }
  }
  const { signal } = new AbortController();
  const options = givenUpBy(signal, { login: '/login', whoami: '/whoami', routes: ['/a'], tokens: new Hooks() });
  expect(options).toMatchObject({ login: '/login', whoami: '/whoami', routes: ['/a'] });
  expect(options.records).toBeUndefined();
  expect(await options.tokens?.verify((await options.tokens?.create(person)) ?? '')).toBe(true);
});
