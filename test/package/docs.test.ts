/** What docs/ lists and what the code has are the same. */
import { readFileSync } from 'node:fs';
import {
  isInterfaceDeclaration,
  isPropertySignature,
  isTypeLiteralNode,
  type NodeArray,
  type TypeElement,
} from 'typescript';
import { errorCodes } from '../../lib/errors.js';
import { Events, eventCodes } from '../../lib/events.js';
import { harmlessCookies } from '../../lib/request/cookie-names.js';
import { nodesOf } from './source-files.js';

const read = (name: string) => readFileSync(`docs/${name}.md`, 'utf8');
const listed = (text: string, entry: RegExp) => [...text.matchAll(entry)].map(([, name = '']) => name);

it('explains every error, and none that is gone', () => {
  expect(listed(read('errors'), /^### (ERR_\w+)$/gm).sort()).toEqual([...errorCodes].sort());
});

it('has at least a sentence about each error', () => {
  const sections = read('errors').split(/^### /m).slice(1);
  const empty = sections
    .filter((section) => !/^ERR_\w+\n\n\S.{40}/.test(section))
    .map((section) => section.split('\n', 1));
  expect(empty).toEqual([]);
});

it('explains every event with its severity, and none that is gone', () => {
  const rows = listed(read('events'), /^(\| `[a-z._]+` \| \w+ \|)/gm).sort();
  expect(rows).toEqual(eventCodes.map((code) => `| \`${code}\` | ${severityOf(code)} |`).sort());
});

const FACES = [
  ['swapproof', 'lib/options.ts', 'SwapproofOptions'],
  ['expressSession', 'lib/adapters/express-session.ts', 'ExpressSessionOptions'],
  ['guard', 'lib/guard-options.ts', 'GuardOptions'],
  ['whoami', 'lib/whoami/standalone-options.ts', 'WhoamiOptions'],
] as const;

it.each(FACES)('explains every option of %s(), and none that is gone', (face, file, type) => {
  const [, section = ''] = read('options').split(`## ${face}(options)`);
  const [table = ''] = section.split(/^## /m);
  expect(listed(table, /^\| `([\w.]+)` \|/gm).sort()).toEqual(optionsOf(file, type).sort());
});

it('lists every harmless cookie, group by group, and none that is gone', () => {
  const [, ...sections] = (read('harmless-cookies').split('## Left out')[0] ?? '').split(/^## /m);
  const groups = sections.map((section) => [section.split('\n', 1)[0], listed(section, /`([^`]+)`/g)]);
  expect(Object.fromEntries(groups)).toEqual(harmlessCookies);
});

/** Names of an interface's members; those of a literal inside as `outer.inner`. */
function optionsOf(file: string, type: string): string[] {
  const found = [...nodesOf(file)].find((node) => isInterfaceDeclaration(node) && node.name.text === type);
  return found && isInterfaceDeclaration(found) ? namesOf(found.members, '') : [];
}

function namesOf(members: NodeArray<TypeElement>, prefix: string): string[] {
  return members.filter(isPropertySignature).flatMap(({ name, type }) => {
    const path = `${prefix}${name.getText()}`;
    return type && isTypeLiteralNode(type) ? namesOf(type.members, `${path}.`) : [path];
  });
}

function severityOf(code: (typeof eventCodes)[number]): string {
  const events = new Events();
  let severity = '';
  events.on(code, (event) => {
    severity = event.severity;
  });
  events.emit(code, 'asked');
  return severity;
}
