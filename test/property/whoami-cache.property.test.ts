/**
 * Random interleavings of requests, loads, changes, forgets and revocations against a model that knows the truth at
 * every moment. Each answer is judged when it arrives: whose it is, how old it is, and whether it was called back.
 */
import fc from 'fast-check';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { type Question, WhoamiCache } from '../../lib/whoami/cache.js';
import { settled } from '../helpers/deferred.js';

const MAX_AGE = 1000;
const KEYS = ['phone of alice', 'laptop of alice', 'phone of bob'] as const;
type Key = (typeof KEYS)[number];

interface Value {
  readonly id: string;
  readonly subject: string;
  readonly version: number;
  readonly load: number;
}

interface Load {
  readonly key: Key;
  readonly number: number;
  readonly signal: AbortSignal;
  land(outcome: 'session' | 'nobody' | 'failure'): void;
}

const subjectOf = (key: Key) => key.split(' of ')[1] ?? '';

class World {
  readonly problems: string[] = [];
  readonly #clock = fakeClock();
  readonly #cache = new WhoamiCache<Value>({ clock: this.#clock, maxAge: MAX_AGE, toBody: JSON.stringify });
  readonly #history = new Map<Key, { version: number; at: number }[]>(
    KEYS.map((key) => [key, [{ version: 0, at: 0 }]]),
  );
  readonly #revoked = new Set<Key>();
  /** By key: what forgets and loads that found nobody have called back, as a version and a load number. */
  readonly #recalled = new Map<Key, { version: number; load: number }>();
  readonly #leaving: AbortController[] = [];
  readonly #foundNobody: Load[] = [];
  #running: Load[] = [];
  #loads = 0;
  #waiting = 0;

  change(key: Key): void {
    this.#history.get(key)?.push({ version: this.#truth(key) + 1, at: this.#clock.elapsed() });
  }

  forget(key: Key, what: 'subject' | 'session' | 'everyone'): void {
    const covered = (other: Key) =>
      what === 'everyone' || (what === 'session' ? other === key : subjectOf(other) === subjectOf(key));
    for (const other of KEYS.filter(covered)) {
      this.change(other);
      this.#recalled.set(other, { version: this.#truth(other), load: this.#recalled.get(other)?.load ?? 0 });
    }
    if (what === 'everyone') this.#cache.forget(what);
    else this.#cache.forget(what === 'session' ? { session: key } : { subject: subjectOf(key) });
  }

  revoke(key: Key): void {
    this.#revoked.add(key);
  }

  advance(milliseconds: number): void {
    this.#clock.advance(milliseconds);
  }

  leave(index: number): void {
    this.#leaving.at(index % (this.#leaving.length || 1))?.abort(new Error('left'));
  }

  land(index: number, outcome: 'session' | 'nobody' | 'failure'): void {
    const load = this.#running.at(index % (this.#running.length || 1));
    if (!load) return;
    load.land(outcome);
    this.#running = this.#running.filter((other) => other !== load);
    if (outcome === 'nobody') this.#foundNobody.push(load);
  }

  /** Lets everything happen that is ready. Only now does the cache learn how loads ended. */
  async rest(): Promise<void> {
    await settled();
    for (const { key, number, signal } of this.#foundNobody.splice(0)) {
      if (!signal.aborted) this.#recalled.set(key, { version: this.#recalled.get(key)?.version ?? 0, load: number });
    }
  }

  ask(key: Key, maxAge: number): void {
    const bound = Math.min(maxAge, MAX_AGE);
    const recalled = { version: 0, load: 0, ...this.#recalled.get(key) };
    const oldest = bound === 0 ? this.#truth(key) : this.#truthBefore(key, this.#clock.elapsed() - bound);
    const leaving = new AbortController();
    const question = { ...this.#question(key), maxAge, signal: leaving.signal };
    this.#leaving.push(leaving);
    this.#waiting++;
    const judge = (value: Value | undefined) => {
      this.#waiting--;
      if (value === undefined) return;
      if (value.id !== key) this.problems.push(`${key} got the session of ${value.id}`);
      if (value.version < recalled.version) this.problems.push(`${key} got what had been forgotten`);
      if (value.load <= recalled.load) this.problems.push(`${key} got a session that had been found to be nobody's`);
      if (value.version < oldest) this.problems.push(`${key} got version ${value.version}, asked for ${oldest}`);
      if (this.#revoked.has(key)) this.problems.push(`${key} got a revoked session`);
    };
    const found = this.#cache.find(key, question);
    if (found) judge(found.entry.value);
    else
      void this.#cache.load(key, question).then(
        (loaded) => judge(loaded?.entry.value),
        () => judge(undefined),
      );
  }

  /** Whoever waits must get an answer once every load lands. */
  async finish(): Promise<void> {
    await this.rest();
    while (this.#running.length > 0) {
      this.land(0, 'session');
      await this.rest();
    }
    if (this.#waiting > 0) this.problems.push(`${this.#waiting} requests wait for ever`);
  }

  #question(key: Key): Question<Value> {
    return {
      maxAge: Number.POSITIVE_INFINITY,
      onlyIfCached: false,
      stillValid: () => !this.#revoked.has(key),
      load: (signal) =>
        new Promise((resolve, reject) => {
          const [number, version] = [++this.#loads, this.#truth(key)];
          const value = { id: key, subject: subjectOf(key), version, load: number };
          const land: Load['land'] = (outcome) =>
            outcome === 'failure' ? reject(new Error('failed')) : resolve(outcome === 'session' ? value : null);
          if (this.#running.some((other) => other.key === key && !other.signal.aborted)) {
            this.problems.push(`${key} was loaded twice at a time`);
          }
          this.#running.push({ key, number, signal, land });
        }),
    };
  }

  #truth(key: Key): number {
    return this.#history.get(key)?.at(-1)?.version ?? 0;
  }

  #truthBefore(key: Key, time: number): number {
    return this.#history.get(key)?.findLast(({ at }) => at < time)?.version ?? 0;
  }
}

const key = fc.constantFrom(...KEYS);
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(key, fc.constantFrom(0, 300, 1e9)).map(
      ([k, age]) =>
        (w: World) =>
          w.ask(k, age),
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.nat(4), fc.constantFrom('session' as const, 'session' as const, 'nobody' as const, 'failure' as const))
      .map(
        ([index, outcome]) =>
          (w: World) =>
            w.land(index, outcome),
      ),
  },
  { weight: 2, arbitrary: key.map((k) => (w: World) => w.change(k)) },
  {
    weight: 1,
    arbitrary: fc.tuple(key, fc.constantFrom('subject' as const, 'session' as const, 'everyone' as const)).map(
      ([k, what]) =>
        (w: World) =>
          w.forget(k, what),
    ),
  },
  { weight: 1, arbitrary: key.map((k) => (w: World) => w.revoke(k)) },
  { weight: 2, arbitrary: fc.constantFrom(1, 299, 600, 1100).map((time) => (w: World) => w.advance(time)) },
  { weight: 1, arbitrary: fc.nat(9).map((index) => (w: World) => w.leave(index)) },
);
/** With `rest`, all that is ready happens before the next act; without, several acts fall into one tick. */
const step = fc.record({ act, rest: fc.boolean() });

it('no interleaving answers with another session, an older one than asked for, or one that was called back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), async (steps) => {
      const world = new World();
      for (const { act: perform, rest } of steps) {
        perform(world);
        if (rest) await world.rest();
      }
      await world.finish();
      expect(world.problems).toEqual([]);
    }),
    { numRuns: 400 },
  );
});
