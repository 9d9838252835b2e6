/** A finding for people, as a good bug report: who got what of whom, how to see it, what prevents it. */
import type { Finding, Leak } from '../finding.js';
import { MECHANISMS } from '../mechanisms.js';
import type { ShownExchange } from '../shown.js';
import { labelled, wrapped } from './layout.js';
import { printable } from './printable.js';
import { shellLines } from './shell-line.js';
import { bounded, person } from './words.js';

const WIDTH = 80;
const LONGEST_TEXT = 1000;
const LONGEST_COMMAND = 4000;

export function findingText(finding: Finding, number: number): string[] {
  const { mechanism, certainty, title, exchanges, replay } = finding;
  const warning = certainty === 'warning' ? 'warning: ' : '';
  return [
    ...wrapped(safe(`${number}. ${warning}${title} (${mechanism})`), WIDTH),
    ...findingFields(finding).flatMap(([label, text]) => labelled(label, safe(text))),
    ...exchanges.flatMap(requestText),
    '  again:',
    ...command(replay),
  ];
}

/** What is known of it beside its title and its requests: a label and a text each. */
export function findingFields(finding: Finding): (readonly [label: string, text: string])[] {
  const { mechanism, owner, receiver, leak, at, detail, resembles, prevention } = finding;
  return [
    ['kind', MECHANISMS[mechanism].title],
    ['owner', person(owner, 'not known')],
    ['receiver', person(receiver)],
    ...(leak === null ? [] : [['leaked', leakText(leak)] as const]),
    ...(at === null ? [] : [['line', at] as const]),
    ['what', detail],
    ['resembles', resembles],
    ['prevent', prevention],
  ];
}

/** `body, byte 120: ..."name":"canary-ada-1"...` */
export function leakText({ where, name, offset, excerpt }: Leak): string {
  const place = name === null ? where : `${where} ${name}`;
  return `${place}${offset === null ? '' : `, byte ${offset}`}: ${excerpt}`;
}

/** `ada asked at 12 ms, got 200 at 15 ms on connection 3` */
export function exchangeTitle({ asker, status, failure, startedAt, endedAt, connection }: ShownExchange): string {
  const got = status === null ? `no answer (${failure ?? 'unknown'})` : String(status);
  return `${person(asker)} asked at ${startedAt} ms, got ${got} at ${endedAt} ms on connection ${connection}`;
}

/** One request: who asked, what came, and the command. */
export function requestText(exchange: ShownExchange): string[] {
  return [
    ...wrapped(safe(`  ${exchangeTitle(exchange)}`), WIDTH - 2).map((line) => `  ${line}`),
    ...command(exchange.curl),
  ];
}

function command(text: string): string[] {
  return shellLines(safe(text, LONGEST_COMMAND), WIDTH - 4).map((line) => `    ${line}`);
}

function safe(text: string, most = LONGEST_TEXT): string {
  return printable(bounded(text, most));
}
