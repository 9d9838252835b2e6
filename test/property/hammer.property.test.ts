/**
 * hammer against a model: a server that knows who asks, and swaps one answer at a random place of the plan, or none. The swap
 * is found, whatever the seed, and the two users are the right ones; without it nothing is.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import fc from 'fast-check';
import { makePlan } from '../../lib/cli/hammer/plan.js';
import { hammered, NAMES, served } from '../helpers/hammered.js';

/** Whose page went to whom. */
interface Swapped {
  readonly owner: string;
  readonly receiver: string | null;
}

/**
 * Logged in is whoever sends a user's name; the strangers of hammer send made-up ones too. After so many requests of the plan
 * one user is given the page of who asked before.
 */
class Model {
  readonly server = createServer((req, res) => this.#answer(req, res));
  swapped: Swapped | null = null;
  readonly #place: number;
  #count = 0;
  #before: string | null = null;

  constructor(place = Number.POSITIVE_INFINITY) {
    this.#place = place;
  }

  #answer(req: IncomingMessage, res: ServerResponse): void {
    const [, name] = /who=([\w-]+)/.exec(req.headers.cookie ?? '') ?? [];
    const who = NAMES.find((known) => known === name) ?? null;
    const owner = req.url?.startsWith('/account') ? this.#ownerFor(who) : who;
    if (who !== null) this.#before = who;
    // An answer that is cut off, or to HEAD, has no body that could say whose it is.
    res.setHeader('Content-Type', 'text/html').setHeader('X-Owner', owner ?? 'nobody');
    res.statusCode = owner === null ? 401 : 200;
    res.end(`<h1>Hello ${owner ?? 'stranger'}</h1>`);
  }

  #ownerFor(who: string | null): string | null {
    const other = this.#before === who ? null : this.#before;
    if (++this.#count <= this.#place || this.swapped !== null || other === null) return who;
    this.swapped = { owner: other, receiver: who };
    return other;
  }
}

const USERS = NAMES.map((name) => ({ name, password: null, cookies: [`who=${name}; Path=/`], marks: [] }));
const OPTIONS = { users: USERS, login: { kind: 'cookies' }, requests: 60, patience: 1, whoami: '/whoami' } as const;
/** What the baseline asks: strangers, and each user twice. */
const BASELINE = 1 + 2 * NAMES.length;

const seeds = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcdef0123456789') });

/** Answers that nobody waits for would hide the swap, now and then. */
const waits = (seed: string) =>
  makePlan(seed, { browsers: 8, routes: 1, requests: OPTIONS.requests, direct: true, logins: false }).every(
    ({ kind, cut }) => kind !== 'abort' || 'bytes' in cut,
  );

it('finds a swap wherever it is, and who it was', async () => {
  await fc.assert(
    fc.asyncProperty(seeds.filter(waits), fc.integer({ min: BASELINE, max: BASELINE + 40 }), async (seed, place) => {
      const model = new Model(place);
      const { origin, close } = await served(model.server);
      const report = await hammered(origin, { ...OPTIONS, seed }).finally(close);
      expect(model.swapped).not.toBeNull();
      expect(report.findings.map(({ owner, receiver }) => ({ owner, receiver }))).toEqual([model.swapped]);
      expect(report.verdict).toBe('swapped');
    }),
    // The example: a stranger with a made-up cookie is given the page.
    { numRuns: 15, examples: [['73e', 41]] },
  );
}, 120_000);

it('finds nothing where there is none', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const { origin, close } = await served(new Model().server);
      const report = await hammered(origin, { ...OPTIONS, seed }).finally(close);
      expect([report.verdict, report.findings]).toEqual(['clean', []]);
    }),
    { numRuns: 10 },
  );
}, 120_000);

it('plans the same for the same seed, as many requests as it was told, and nobody who is not there', () => {
  const options = fc.record({
    browsers: fc.integer({ min: 2, max: 64 }),
    routes: fc.integer({ min: 1, max: 9 }),
    requests: fc.integer({ min: 1, max: 500 }),
    direct: fc.boolean(),
    logins: fc.boolean(),
  });
  fc.assert(
    fc.property(seeds, options, (seed, given) => {
      const plan = makePlan(seed, given);
      const asks = plan.flatMap((step) => step.asks);
      expect(makePlan(seed, given)).toEqual(plan);
      expect(asks.length).toBeGreaterThanOrEqual(given.requests);
      expect(asks.length - (plan.at(-1)?.asks.length ?? 0)).toBeLessThan(given.requests);
      expect(asks.filter(({ who, route }) => (who ?? 0) >= given.browsers || route >= given.routes)).toEqual([]);
    }),
  );
});
