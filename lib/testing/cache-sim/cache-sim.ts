/**
 * A cache in front of an app, in this process: one of the thirteen that were part of an incident, or one of your own. It
 * reads whole requests and whole responses, speaks HTTP/1.1 on both sides, and opens a connection for each request that it
 * passes on, so that nothing but what it keeps ever connects two users.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import { type Clock, systemClock } from '../../clock.js';
import { TestingError } from '../../errors.js';
import { Client } from '../../evidence/client.js';
import { Cache, type Outcome } from './cache.js';
import { answerWith, passedOn, questionOf } from './messages.js';
import { end, originOf, start } from './origin.js';
import { CACHE_PROFILES, type CacheProfile } from './profiles.js';
import { type CacheRules, RFC_9111 } from './rules.js';

export interface CacheSimOptions {
  /** What lifetimes are measured by; default the machine's clock. A `fakeClock()` makes them pass without waiting. */
  readonly clock?: Pick<Clock, 'elapsed'>;
}

export interface CacheSim {
  /** Of rules of one's own: number 0, heeding the origin unless `directives` is 'ignored'. */
  readonly profile: CacheProfile;
  /**
   * Listens on a free port of 127.0.0.1.
   * @param origin URL of a running app, an `http.Server`, or an Express or Connect app, which then is served until close()
   */
  listen(origin: string | URL | Server | RequestListener): Promise<RunningCache>;
}

export interface RunningCache {
  /** `http://127.0.0.1:49152`, without a slash at the end. */
  readonly url: string;
  readonly profile: CacheProfile;
  /** What became of each request, in the order of the answers. Without queries and credentials. */
  readonly log: readonly CacheLine[];
  /** Forgets all it has kept. */
  purge(): void;
  /** The profile must collapse: the next answers leave only when so many requests wait for them. 1 ends it. */
  gather(count: number): void;
  /** As if the origin did not answer, or answered again. */
  cutOff(away: boolean): void;
  close(): Promise<void>;
}

export interface CacheLine {
  readonly method: string;
  readonly path: string;
  readonly outcome: Outcome;
  readonly why: string;
}

/**
 * @param profile number or name of one of `CACHE_PROFILES`, as 3 or 'collapse'; or rules: what they leave out is RFC 9111's
 * @throws TestingError ERR_INVALID_ARGUMENT
 */
export function cacheSim(
  profile: number | string | Partial<CacheRules> = 1,
  { clock = systemClock() }: CacheSimOptions = {},
): CacheSim {
  const chosen = profileOf(profile);
  return { profile: chosen, listen: (origin) => listen(chosen, clock, origin) };
}

function profileOf(wanted: number | string | Partial<CacheRules>): CacheProfile {
  if (typeof wanted === 'object' && wanted !== null) {
    const rules = { ...RFC_9111, ...wanted };
    const heedsOrigin = rules.directives !== 'ignored';
    return { number: 0, name: 'own', title: 'a cache of your own', incident: 'none', heedsOrigin, rules };
  }
  const found = CACHE_PROFILES.find(({ number, name }) => wanted === number || wanted === name);
  if (found !== undefined) return found;
  const known = CACHE_PROFILES.map(({ number, name }) => `${number} ${name}`).join(', ');
  throw invalid(`cacheSim(profile) takes rules, or a number or name of: ${known}.`);
}

async function listen(
  profile: CacheProfile,
  clock: Pick<Clock, 'elapsed'>,
  origin: string | URL | Server | RequestListener,
): Promise<RunningCache> {
  const behind = await originOf(origin);
  const client = new Client({ origin: behind.url, deadline: 30_000 });
  const log: CacheLine[] = [];
  let away = false;
  const ask = async (question: Parameters<Client['ask']>[0]) => {
    return away ? null : (await client.ask(passedOn(question))).answer;
  };
  const cache = new Cache(profile.rules, ask, () => clock.elapsed());
  const server = createServer(async (req, res) => {
    const question = await questionOf(req);
    if (question === null) return;
    const served = await cache.serve(question);
    const { method, path } = question;
    log.push({ method, path: path.replace(/\?.*$/, ''), outcome: served.outcome, why: served.why });
    answerWith(res, served, method);
  });
  const url = await start(server);
  return {
    url,
    profile,
    log,
    purge: () => cache.purge(),
    gather: (count) => cache.flights.gather(count),
    cutOff(now) {
      away = now;
    },
    async close() {
      await Promise.all([end(server), behind.close()]);
    },
  };
}

function invalid(message: string): TestingError {
  return new TestingError('ERR_INVALID_ARGUMENT', message);
}
