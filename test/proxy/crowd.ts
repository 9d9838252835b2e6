/**
 * The proof on real input: users with browser-like cookie jars, all at once, through nginx, to the example app. The
 * plan comes from a seed. A round is one request of each user, all sent together; the clock of app and browsers moves
 * on by ten minutes between rounds, so that a few seconds hold a day of reading and writing.
 */
import type { Users } from '../../example-app/users.js';
import { madeAccounts, startExample } from '../helpers/example.js';
import { type NginxConfiguration, startNginx } from '../helpers/nginx.js';
import { seededRandom } from '../helpers/random.js';
import { DAYS, type Sighting, textBy, Visitor } from './visitor.js';

export interface CrowdSetting {
  /** Path of nginx. */
  readonly nginx: string;
  readonly configuration: NginxConfiguration;
  readonly guarded: boolean;
  readonly users: number;
  /** A multiple of `users`. */
  readonly requests: number;
  readonly seed: number;
}

export interface CrowdResult {
  readonly requests: number;
  /** Pages of another user, from a cache or from the origin. */
  readonly foreignBodies: number;
  /** Those of them that the origin made: the asking user's session was another's. */
  readonly foreignFromOrigin: number;
  /** Diary pages that somebody else wrote. */
  readonly foreignWrites: number;
  /** Users whom the origin, asked past the cache after every tenth round, took for somebody else. */
  readonly swapped: number;
  /** `swap.suspected` events: the origin noticed that the cache is careless. 0 without swapproof. */
  readonly suspected: number;
}

const BETWEEN_ROUNDS = 10 * 60 * 1000;
const ROUNDS_BETWEEN_CHECKS = 10;

export async function runCrowd({
  nginx,
  configuration,
  guarded,
  users,
  requests,
  seed,
}: CrowdSetting): Promise<CrowdResult> {
  let skipped = 0;
  const now = () => Date.now() + skipped;
  const accounts = madeAccounts(users);
  const example = await startExample({ guarded, accounts, now });
  let suspected = 0;
  example.sessions?.on('swap.suspected', () => suspected++);
  const proxy = await startNginx(nginx, configuration, example.port);
  const visitors = accounts.map(({ username }, index) => new Visitor(username, seededRandom(seed + index), now));
  const sightings: Sighting[] = [];
  const swapped = new Set<string>();
  try {
    for (let round = 1; round <= requests / users; round++) {
      sightings.push(...(await Promise.all(visitors.map((visitor) => visitor.step(proxy.port)))));
      if (round % ROUNDS_BETWEEN_CHECKS === 0)
        for (const id of await swappedNow(visitors, example.port)) swapped.add(id);
      skipped += BETWEEN_ROUNDS;
    }
    return {
      requests: sightings.length,
      foreignBodies: sightings.filter(({ foreign }) => foreign).length,
      foreignFromOrigin: sightings.filter(({ foreign, fresh }) => foreign && fresh).length,
      foreignWrites: visitors.reduce((sum, { id }) => sum + foreignPages(example.users, id), 0),
      swapped: swapped.size,
      suspected,
    };
  } finally {
    for (const visitor of visitors) visitor.close();
    await proxy.stop();
    await example.close();
  }
}

async function swappedNow(visitors: readonly Visitor[], originPort: number): Promise<string[]> {
  const taken = await Promise.all(
    visitors.map(async (visitor) => ({ id: visitor.id, by: await visitor.whoAmI(originPort) })),
  );
  return taken.filter(({ id, by }) => by !== null && by !== id).map(({ id }) => id);
}

function foreignPages(users: Users, id: string): number {
  return DAYS.filter((day) => !['', textBy(id)].includes(users.readDiary(id, day))).length;
}
