/**
 * Source: "Chasing down a session-swapping bug", Vistaserv's blog, 9 January 2022 (Rails and Devise behind CloudFront).
 * What users saw: two people editing their pages were, now and then, logged in as each other.
 * Cause: a cache policy without cookies in its key and with a minimum lifetime of one second kept a page with its rolling session cookie.
 * What stops it: lib/session/write-checks.ts (no session cookie on a GET); lib/audit/swap-detector.ts notices such a cache.
 */
import { cacheSim } from '../../lib/testing/cache-sim/cache-sim.js';
import { Browser } from '../helpers/browser.js';
import { madeAccounts, passwordOf, type RunningExample, startExample } from '../helpers/example.js';

const THREE_HOURS = 3 * 60 * 60 * 1000;

let time: number;
let app: RunningExample;
let cdn: { readonly port: number; close(): Promise<void> };
let one: Browser;
let two: Browser;

async function open(guarded: boolean): Promise<void> {
  time = Date.now();
  const now = () => time;
  app = await startExample({ guarded, accounts: madeAccounts(2), now });
  const cache = await cacheSim('min-ttl', { clock: { elapsed: now } }).listen(`http://127.0.0.1:${app.port}`);
  cdn = { port: Number(new URL(cache.url).port), close: () => cache.close() };
  [one, two] = [new Browser(now), new Browser(now)];
  await one.post(cdn.port, '/login', { username: '1', password: passwordOf('1') });
  await two.post(cdn.port, '/login', { username: '2', password: passwordOf('2') });
  // Long enough for every cookie that renews itself to do so.
  time += THREE_HOURS;
}

afterEach(async () => {
  for (const browser of [one, two]) browser.close();
  await cdn.close();
  await app.close();
});

async function bothAskForTheSamePage(): Promise<void> {
  expect(await one.get(cdn.port, '/account')).toMatchObject({
    status: 200,
    owner: 'u_1',
    headers: { 'x-cache': 'MISS' },
  });
  time += 900;
  expect(await two.get(cdn.port, '/account')).toMatchObject({
    status: 200,
    owner: 'u_1',
    headers: { 'x-cache': 'HIT' },
  });
  time += 200;
}

describe('two users ask a careless CDN for the same page within a second', () => {
  it('makes the second one the first without swapproof', async () => {
    await open(false);
    await bothAskForTheSamePage();
    expect(await two.whoIsIt(app.port)).toBe('u_1');
    expect(await two.get(cdn.port, '/account')).toMatchObject({ owner: 'u_1', headers: { 'x-cache': 'REVALIDATED' } });
    await two.post(cdn.port, '/diary/2021-12-19', { text: 'of the second' });
    expect(app.users.readDiary('u_1', '2021-12-19')).toBe('of the second');
  });

  it('leaves both who they are with swapproof, though no origin can keep this CDN from replaying the page', async () => {
    await open(true);
    await bothAskForTheSamePage();
    expect(await one.whoIsIt(app.port)).toBe('u_1');
    expect(await two.whoIsIt(app.port)).toBe('u_2');
    expect(await two.get(cdn.port, '/account')).toMatchObject({ owner: 'u_2', headers: { 'x-cache': 'MISS' } });
    await two.post(cdn.port, '/diary/2021-12-19', { text: 'of the second' });
    expect(app.users.readDiary('u_1', '2021-12-19')).toBe('');
    expect(app.users.readDiary('u_2', '2021-12-19')).toBe('of the second');
  });

  it('tells the origin by the activity cookie that the CDN is careless, once for each pair', async () => {
    await open(true);
    const suspected = jest.fn();
    app.sessions?.on('swap.suspected', suspected);
    await bothAskForTheSamePage();
    expect(suspected).not.toHaveBeenCalled();
    await two.post(cdn.port, '/diary/2021-12-19', { text: 'of the second' });
    expect(suspected).toHaveBeenCalledTimes(1);
    expect(suspected).toHaveBeenCalledWith(expect.objectContaining({ code: 'swap.suspected', severity: 'critical' }));
    time += THREE_HOURS;
    await bothAskForTheSamePage();
    await two.post(cdn.port, '/diary/2021-12-19', { text: 'of the second' });
    expect(suspected).toHaveBeenCalledTimes(1);
  });
});
