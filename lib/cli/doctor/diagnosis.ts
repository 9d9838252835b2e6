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

/** Of one group; the others are counted. */
const MOST_NAMES = 12;
/** Never told with another fault. */
const OWN_FAULTS: readonly Group[] = ['plain', 'other host'];
/** What follows from another fault is told with it: by its end `;x.css` is a file as well as `.css`. */
const IMPLIED: Partial<Record<Group, Group>> = { 'differing query': 'constant query', delimiter: 'extension' };

export function sharedOutcomes(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter((outcome) => outcome.check.group !== 'key' && isShared(outcome));
}

export function findingsOf(outcomes: readonly Outcome[], kept: Kept | null, show: Show): NewFinding[] {
  const shared = sharedOutcomes(outcomes);
  const tellers = new Map(shared.map(({ check }) => [check.group, tellerOf(check.group, shared)]));
  return [...new Set(tellers.values())].map((group) => {
    const told = shared.filter(({ check }) => tellers.get(check.group) === group);
    const ofGroup = told.filter(({ check }) => check.group === group);
    const also = told.filter(({ check }) => check.group !== group);
    const ofThis = kept !== null && tellers.get(kept.of) === group ? kept : null;
    return findingOf(ofGroup, also, { outcomes, kept: ofThis, show });
  });
}

/** The group whose finding tells of this one: a cache that keeps every page is told once. */
function tellerOf(group: Group, shared: readonly Outcome[]): Group {
  const has = (wanted: Group) => shared.some(({ check }) => check.group === wanted);
  if (OWN_FAULTS.includes(group)) return group;
  if (has('plain')) return 'plain';
  const amongVisitors = shared.every(({ check }) => check.group !== group || check.mechanism === 'M12');
  if (amongVisitors && has('first visit')) return 'first visit';
  if (group === 'file name' && areNamesOfExtensions(shared)) return 'extension';
  const implying = IMPLIED[group];
  return implying !== undefined && has(implying) ? implying : group;
}

/** A rule for `.ico` is one for `favicon.ico` too. */
function areNamesOfExtensions(shared: readonly Outcome[]): boolean {
  const variantsOf = (group: Group) => shared.flatMap(({ check }) => (check.group === group ? check.variant : []));
  const extensions = variantsOf('extension');
  return variantsOf('file name').every((name) => extensions.includes(name.slice(name.lastIndexOf('.'))));
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
    ...(around.kept ? [keptText(around.kept)] : []),
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
  const visitor = asker === null ? 'another visitor' : 'a visitor';
  const whose = owner === null ? 'somebody before' : (owner.asker ?? `${visitor} without a session`);
  return `${asker ?? 'a visitor without a session'} received the page of ${whose} (${question.method} ${question.path})`;
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

/** The first few of each group. */
function namesOf(outcomes: readonly Outcome[]): string {
  const groups = [...new Set(outcomes.map(({ check }) => check.group))];
  return groups
    .map((group) => {
      const variants = outcomes.flatMap(({ check }) => (check.group === group ? check.variant : []));
      const names = [...new Set(variants)];
      const more = names.length - MOST_NAMES;
      return `${names.slice(0, MOST_NAMES).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
    })
    .join(', ');
}
