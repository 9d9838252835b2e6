/** From what the checks met to findings: one for each thing that a cache does wrong, with its proof. */
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import type { Leak, NewFinding } from '../../evidence/finding.js';
import { textOf } from '../../evidence/marks.js';
import { excerpt } from '../../evidence/shown.js';
import { readProbePage } from '../../probe/probe-page.js';
import { cacheSigns } from './cache-headers.js';
import type { Group } from './checks.js';
import { GROUPS, withVariants } from './groups.js';
import { type Kept, keptText } from './key.js';
import { knownMisconfiguration, type Symptoms } from './known-misconfigurations.js';
import { isShared, type Outcome } from './run-check.js';
import type { Show } from './show.js';

/** A cache that keeps every page is told once: these are no faults of their own then. */
const OWN_FAULTS: readonly Group[] = ['plain', 'other host'];
/** What follows from another fault is not told again: by its end `;x.css` is a file as well as `.css`. */
const IMPLIED: Partial<Record<Group, Group>> = { 'differing query': 'constant query', delimiter: 'extension' };

export function sharedOutcomes(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter((outcome) => outcome.check.group !== 'key' && isShared(outcome));
}

/** @param kept of the first shared outcome; null if that was not asked */
export function findingsOf(outcomes: readonly Outcome[], kept: Kept | null, show: Show): NewFinding[] {
  const shared = sharedOutcomes(outcomes);
  const groups = new Set(shared.map(({ check }) => check.group));
  const told = [...groups].filter((group) => isOwnFault(group, groups));
  return told.map((group, index) => {
    const ofGroup = shared.filter(({ check }) => check.group === group);
    const also = group === 'plain' ? shared.filter(({ check }) => !OWN_FAULTS.includes(check.group)) : [];
    return findingOf(ofGroup, also, { outcomes, kept: index === 0 ? kept : null, show });
  });
}

function isOwnFault(group: Group, groups: ReadonlySet<Group>): boolean {
  if (groups.has('plain') && !OWN_FAULTS.includes(group)) return false;
  const implying = IMPLIED[group];
  return implying === undefined || !groups.has(implying);
}

interface Around {
  readonly outcomes: readonly Outcome[];
  readonly kept: Kept | null;
  readonly show: Show;
}

function findingOf(ofGroup: readonly Outcome[], also: readonly Outcome[], around: Around): NewFinding {
  const [outcome] = ofGroup as [Outcome, ...Outcome[]];
  const { check } = outcome;
  const { fault, prevention } = GROUPS[check.group];
  const variants = ofGroup.map((one) => one.check.variant);
  const { owner, receiver } = pairOf(outcome);
  const signs = cacheSigns(receiver.answer?.headers ?? []);
  const known = knownMisconfiguration(symptomsOf(around.outcomes, receiver));
  const detail = [
    `Something in front of the app ${withVariants(fault, variants)}.`,
    ...(also.length > 0 ? [`Also found: ${namesOf(also)}.`] : []),
    ...(around.kept ? [keptText(around.kept, credentialOf(outcome))] : []),
    ...(signs === '' ? [] : [`What headers say of it: ${signs}.`]),
    ...(known ? [`This looks like ${known.name}.`] : []),
  ].join(' ');
  return {
    mechanism: check.mechanism,
    title: titleOf(owner, receiver),
    owner: owner?.asker ?? null,
    receiver: receiver.asker,
    exchanges: [...(owner ? [owner] : []), receiver].map(around.show),
    leak: leakOf(receiver),
    detail,
    ...(known ? { prevention: known.fix } : prevention !== null && { prevention: withVariants(prevention, variants) }),
  };
}

function pairOf({ exchanges, readings }: Outcome): { owner: Exchange | null; receiver: Exchange } {
  const index = readings.findIndex(({ kind }) => kind === 'foreign');
  const reading = readings[index];
  const owner = reading?.kind === 'foreign' && reading.owner !== null ? (exchanges[reading.owner] ?? null) : null;
  return { owner, receiver: exchanges[index] as Exchange };
}

function titleOf(owner: Exchange | null, { asker, question }: Exchange): string {
  const whose = owner === null ? 'of somebody before' : owner.asker === null ? 'of nobody' : `of ${owner.asker}`;
  return `${asker ?? 'somebody without a session'} received the page ${whose} (${question.method} ${question.path})`;
}

function leakOf({ answer }: Exchange): Leak | null {
  if (answer === null) return null;
  const text = textOf(answer);
  const page = readProbePage(text);
  if (page === null) {
    const [tag = ''] = valuesOf(answer.headers, 'etag');
    return { where: 'header', name: 'ETag', offset: 0, excerpt: tag };
  }
  const offset = text.indexOf(page.nonce);
  return { where: 'body', name: null, offset, excerpt: excerpt(text, offset, page.nonce.length) };
}

function symptomsOf(outcomes: readonly Outcome[], receiver: Exchange): Symptoms {
  const extensions = outcomes.filter(({ check, silent }) => check.group === 'extension' && silent === null);
  const namesIn = (some: readonly Outcome[]) => some.map(({ check }) => check.variant.slice(1));
  return {
    keptExtensions: namesIn(extensions.filter(isShared)),
    otherExtensions: namesIn(extensions.filter((outcome) => !isShared(outcome))),
    keepsPlain: outcomes.some((outcome) => outcome.check.group === 'plain' && isShared(outcome)),
    headers: receiver.answer?.headers ?? [],
  };
}

function namesOf(outcomes: readonly Outcome[]): string {
  return [...new Set(outcomes.map(({ check }) => check.variant))].join(', ');
}

function credentialOf({ check }: Outcome): string {
  return check.way.in === 'header' ? check.way.name : `the cookie ${check.way.name}`;
}
