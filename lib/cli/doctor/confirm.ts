/**
 * What two visitors without a credential shared: is the page of a user given away there as well? Asked once for each group.
 * Where the credential is taken away before it reaches the app, nothing personal is in what is kept.
 */
import type { Group } from './checks.js';
import { isShared, type Outcome, runCheck, type World } from './run-check.js';

/** Rules of their own, whatever the cache does with other pages. */
const BY_PATH: readonly Group[] = ['POST', 'extension', 'file name', 'static folder', 'delimiter'];
/** Pages like those of the first visit: where it is kept and users are not given each other's, these are no different. */
const BY_PAGE: readonly Group[] = ['HTML', 'constant query', 'HEAD', 'differing query', 'range'];
/** Requests for one group. */
export const CONFIRM_REQUESTS = 2;

/** The outcomes again: with the stronger proof in front, and without what proves nothing. */
export async function confirmed(outcomes: readonly Outcome[], world: World): Promise<Outcome[]> {
  const sharedOf = (group: Group) => outcomes.find((outcome) => outcome.check.group === group && isShared(outcome));
  if (sharedOf('plain')) return [...outcomes];
  const alike = sharedOf('first visit') ? BY_PAGE : [];
  let result = outcomes.map((outcome) =>
    alike.includes(outcome.check.group) && isShared(outcome) ? amongVisitors(outcome) : outcome,
  );
  for (const group of [...BY_PATH, ...BY_PAGE].filter((one) => !alike.includes(one))) {
    const shared = sharedOf(group);
    if (shared === undefined || !world.asking.promise(CONFIRM_REQUESTS)) continue;
    const { check } = shared;
    const [first = { by: null }, second = { by: null }] = check.asks;
    const confirming = await runCheck({ ...check, asks: [{ ...first, by: 0 }, second] }, world);
    result = judged(result, group, confirming);
  }
  return result;
}

function judged(outcomes: readonly Outcome[], group: Group, confirming: Outcome): Outcome[] {
  const [user] = confirming.readings;
  if (isShared(confirming)) return [confirming, ...outcomes];
  return outcomes.map((outcome) => {
    if (outcome.check.group !== group || !isShared(outcome)) return outcome;
    if (user?.kind === 'lost') return { ...outcome, readings: [user], silent: LOST };
    return amongVisitors(outcome);
  });
}

/** Their cookie keeps users apart; the one that a first visit sets would be replayed. */
function amongVisitors(outcome: Outcome): Outcome {
  return { ...outcome, check: { ...outcome.check, mechanism: 'M12' } };
}

const LOST = 'the credential is taken away there before it reaches the app, so nothing personal is kept';
