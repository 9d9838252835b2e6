/** The report for people: 80 columns, what is most urgent first, routes that would change alike in one table. */

import { labelled, pad, wrapped } from '../../evidence/text/layout.js';
import type { RehearsalReport, RehearsedChange } from '../../rehearsal/report.js';

/** In the order of urgency. */
const TITLES: Readonly<Record<string, string>> = {
  'would.refuse': 'Would be refused',
  'would.anonymise': 'Would be answered as anonymous',
  'would.cookie.drop': 'Would lose a cookie',
  'would.cookie.set': 'Would set or lengthen a cookie',
  'would.cache.change': 'Would be cached differently',
};
const ORDER = Object.keys(TITLES);

export function reportText(report: RehearsalReport, events: number): string {
  const { changes, unlisted, firstAt, lastAt } = report;
  if (firstAt === null || lastAt === null) return nothing(report, events);
  const total = Object.values(report.counts).reduce((sum, count) => sum + count, 0);
  const routes = new Set(changes.map(({ route }) => route)).size;
  const groups = grouped(changes);
  const lines = [
    `${counted(routes, 'route')} would change, seen ${counted(total, 'time')} in ${counted(events, 'event')}`,
    `from ${time(firstAt)} to ${time(lastAt)} UTC.`,
    ...groups.flatMap((group) => ['', ...groupText(group)]),
  ];
  if (unlisted > 0) lines.push('', `${counted(unlisted, 'event')} of further routes or rules are not listed.`);
  return `${lines.join('\n')}\n`;
}

function nothing({ rehearsing }: RehearsalReport, events: number): string {
  const found = `Nothing would change in ${counted(events, 'event')}.`;
  if (rehearsing) return `${found}\n`;
  const doubt = 'But none of them says that a rehearsal ran: was insecureReportOnly true while they were written?';
  return `${[found, ...wrapped(doubt, 80)].join('\n')}\n`;
}

type Group = readonly [RehearsedChange, ...RehearsedChange[]];

/** Changes that differ by route alone. */
function grouped(changes: readonly RehearsedChange[]): Group[] {
  const groups = new Map<string, [RehearsedChange, ...RehearsedChange[]]>();
  for (const change of changes) {
    const { code, rule, now, enforced, why } = change;
    const key = JSON.stringify([code, rule, now, enforced, why]);
    const known = groups.get(key);
    if (known) known.push(change);
    else groups.set(key, [change]);
  }
  return [...groups.values()].sort(([a], [b]) => urgency(a) - urgency(b));
}

function urgency({ code }: RehearsedChange): number {
  return ORDER.includes(code) ? ORDER.indexOf(code) : ORDER.length;
}

function groupText(group: Group): string[] {
  const [{ code, rule, now, enforced, why, advice }] = group;
  return [
    ...wrapped(`${TITLES[code] ?? code} (${rule})`, 80),
    ...labelled('now', now),
    ...labelled('enforced', enforced),
    ...labelled('why', why),
    ...labelled('to do', advice),
    `${pad('times', 9)}  last seen (UTC)   route`,
    ...group.flatMap(routeText),
  ];
}

function routeText({ count, lastAt, route }: RehearsedChange): string[] {
  const [first = '', ...rest] = wrapped(route || '(no route)', 51);
  return [`${pad(String(count), 9)}  ${time(lastAt)}  ${first}`, ...rest.map((line) => ' '.repeat(29) + line)];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** `2026-11-21 09:12`; of years beyond four digits the sign and all digits stay. */
function time(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/:\d\d\.\d{3}Z$/, '');
}
