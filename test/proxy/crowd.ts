/**
 * The proof on real input: users with browser-like cookie jars, all at once, through a cache, to the example app. The
 * plan comes from a seed. A round is one request of each user, all sent together; the clock of app and browsers moves
 * on by ten minutes between rounds, so that a few seconds hold a day of reading and writing.
 */
import type { Users } from '../../example-app/users.js';
import { type CacheConfiguration, type CacheKind, startCache } from '../helpers/caches.js';
import { madeAccounts, type RunningExample, startExample } from '../helpers/example.js';
import { seededRandom } from '../helpers/random.js';
import { DAYS, nameAskers, type Sighting, textBy, Visitor } from './visitor.js';

export interface CrowdSetting {
  readonly cache: CacheKind;
  readonly configuration: CacheConfiguration;
  readonly guarded: boolean;
  readonly users: number;
  /** A multiple of `users`. */
  readonly requests: number;
  /** Asked after every tenth round: whether to stop early. */
  enough?(soFar: CrowdResult): boolean;
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
  /** Users whom it took for nobody then. */
  readonly loggedOut: number;
  /** `swap.suspected` events: the origin noticed that the cache is careless. 0 without swapproof. */
  readonly suspected: number;
}

const BETWEEN_ROUNDS = 10 * 60 * 1000;
const ROUNDS_BETWEEN_CHECKS = 10;

export async function runCrowd(setting: CrowdSetting): Promise<CrowdResult> {
  const accounts = madeAccounts(setting.users);
  const clock = { skipped: 0 };
  const now = () => Date.now() + clock.skipped;
  const example = await startExample({ guarded: setting.guarded, accounts, now });
  nameAskers(example.server);
  try {
    const proxy = await startCache(setting.cache, setting.configuration, example.port);
    const visitors = accounts.map(({ username }, index) => {
      return new Visitor(username, seededRandom(setting.seed + index), now);
    });
    try {
      return await play(setting, { visitors, example, proxyPort: proxy.port, clock });
    } finally {
      for (const visitor of visitors) visitor.close();
      await proxy.stop();
    }
  } finally {
    await example.close();
  }
}

interface Stage {
  readonly visitors: readonly Visitor[];
  readonly example: RunningExample;
  readonly proxyPort: number;
  readonly clock: { skipped: number };
}

async function play(setting: CrowdSetting, { visitors, example, proxyPort, clock }: Stage): Promise<CrowdResult> {
  const sightings: Sighting[] = [];
  const swapped = new Set<string>();
  const loggedOut = new Set<string>();
  let suspected = 0;
  example.sessions?.on('swap.suspected', () => suspected++);
  const result = (): CrowdResult => ({
    requests: sightings.length,
    foreignBodies: sightings.filter(({ foreign }) => foreign).length,
    foreignFromOrigin: sightings.filter(({ foreign, fresh }) => foreign && fresh).length,
    foreignWrites: visitors.reduce((sum, { id }) => sum + foreignPages(example.users, id), 0),
    swapped: swapped.size,
    loggedOut: loggedOut.size,
    suspected,
  });
  for (let round = 1; round <= setting.requests / setting.users; round++) {
    sightings.push(...(await Promise.all(visitors.map((visitor) => visitor.step(proxyPort)))));
    clock.skipped += BETWEEN_ROUNDS;
    if (round % ROUNDS_BETWEEN_CHECKS !== 0) continue;
    for (const { id, takenFor } of await askOrigin(visitors, example.port)) {
      if (takenFor !== id) (takenFor === null ? loggedOut : swapped).add(id);
    }
    if (setting.enough?.(result())) break;
  }
  return result();
}

function askOrigin(visitors: readonly Visitor[], port: number): Promise<{ id: string; takenFor: string | null }[]> {
  return Promise.all(visitors.map(async (visitor) => ({ id: visitor.id, takenFor: await visitor.whoAmI(port) })));
}

function foreignPages(users: Users, id: string): number {
  return DAYS.filter((day) => !['', textBy(id)].includes(users.readDiary(id, day))).length;
}
