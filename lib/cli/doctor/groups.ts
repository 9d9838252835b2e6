/** What each group of checks tells, in words. */
import type { Group } from './checks.js';

export interface GroupText {
  /** What was asked, for the list in the report; `%` stands for the variants. */
  readonly asked: string;
  /** What a cache does that fails it: `A cache ...`. */
  readonly fault: string;
  /** What prevents it; null for what the mechanism says. */
  readonly prevention: string | null;
}

const PATHS =
  'Let the cache follow the Cache-Control of the app, or limit its rule to the folder of the files. In the app, `deception: ' +
  "'anonymous'` takes the session out of such URLs (R4).";
const KEY =
  'Put every credential that the app accepts into the key, or bypass the cache where one came; follow Cache-Control.';

export const GROUPS: Readonly<Record<Group, GroupText>> = {
  plain: {
    asked: 'a private page, asked for with %',
    fault: 'keeps private pages in spite of Cache-Control: private, no-store, and gives them to others',
    prevention:
      'Let the cache follow Cache-Control, or bypass it where a credential came: a private page can not protect itself from it.',
  },
  'first visit': {
    asked: 'two without a session, then a user',
    fault:
      'keeps private pages of people without a session. First visits often set a session cookie: whoever is given the copy ' +
      'shares that session',
    prevention: 'Let the cache follow Cache-Control; set session cookies on answers to POST only (R8).',
  },
  collapsing: {
    asked: 'users at once on a slow page (%)',
    fault: 'answers all who ask at the same time with the response to one of them',
    prevention:
      'Switch collapsed forwarding (proxy_cache_lock, collapsed_forwarding) off for what is not marked public.',
  },
  HEAD: { asked: 'HEAD, then GET', fault: 'answers a GET from what it kept of a HEAD', prevention: null },
  POST: {
    asked: 'POST',
    fault: 'keeps answers to POST. Identity asked by POST is not safe behind it',
    prevention: 'Take POST out of the methods that the cache keeps (nginx: proxy_cache_methods).',
  },
  HTML: { asked: 'a page of HTML', fault: 'keeps pages of HTML', prevention: null },
  'constant query': { asked: 'a query (%)', fault: 'keeps what has a query', prevention: null },
  'differing query': {
    asked: 'another query each',
    fault: 'leaves the query out of its key: logins with a code or token in the URL get mixed up as well',
    prevention: 'Put the whole query into the key.',
  },
  credential: { asked: 'users with %', fault: 'does not know % for a credential', prevention: KEY },
  'doubled cookie': {
    asked: 'two values of one cookie',
    fault: 'makes its key of the first of two cookies of one name, while apps read the other',
    prevention: 'Make the key of the whole Cookie header, or bypass the cache where a session cookie came.',
  },
  extension: { asked: 'extensions %', fault: 'keeps private pages whose URL ends like a file: %', prevention: PATHS },
  'file name': { asked: 'file names %', fault: 'keeps private pages under the names of files: %', prevention: PATHS },
  'static folder': {
    asked: 'folders of files %',
    fault: 'takes URLs with % for files of that folder, while the app answers another page',
    prevention: PATHS,
  },
  delimiter: {
    asked: 'delimiters before .css: %',
    fault: 'reads a URL differently from the app behind %',
    prevention: PATHS,
  },
  range: { asked: 'parts of a page (Range)', fault: 'keeps parts of private pages', prevention: null },
  '304': {
    asked: 'whether a page has changed (304)',
    fault: 'confirms the page of one user to another',
    prevention: null,
  },
  'many nodes': {
    asked: 'twelve users in a row, for caches of many nodes: %',
    fault: 'keeps private pages on some of its nodes: %',
    prevention: null,
  },
  address: { asked: 'each address of the host: %', fault: 'at % keeps private pages', prevention: null },
  'HTTP/2': { asked: 'HTTP/2', fault: 'keeps private pages that are asked for over HTTP/2', prevention: null },
  'other host': {
    asked: 'the hosts %',
    fault: 'leaves the host out of its key: % gets pages of another host',
    prevention: 'Put the host into the key.',
  },
  key: { asked: 'what else is in the key: %', fault: 'leaves % out of its key', prevention: null },
};

export function withVariants(text: string, variants: readonly string[]): string {
  return text.replace('%', () => [...new Set(variants)].join(' '));
}
