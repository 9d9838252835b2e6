/** What was asked for, checked, before the first request leaves. */
import type { HeaderLine } from '../../evidence/exchange.js';
import { newSeed } from '../../evidence/random.js';
import { withoutSecrets } from '../../evidence/shown.js';
import { CannotRun } from '../cannot-run.js';
import type { Limits } from './asking.js';

export interface DoctorOptions {
  /** `https://127.0.0.1:8443/account`. */
  readonly url: string;
  /** Default false: quick. */
  readonly thorough?: boolean;
  /** `X-Key`: a header in which the app is given credentials. `X-Key: v`: it is sent with every request as well. */
  readonly headers?: readonly string[];
  /** Names of session cookies. Default: what the probe or the page names, else `connect.sid`. */
  readonly cookieNames?: readonly string[];
  /** Further names of hosts that are served at the same place. */
  readonly alsoHosts?: readonly string[];
  readonly ownsHost?: boolean;
  readonly insecureTls?: boolean;
  /** Default random. */
  readonly seed?: string;
  /** Default by level: 60 requests and 10 s, 600 and 60 s. */
  readonly limits?: Partial<Limits>;
  /** Ends the run early: the report tells what was seen so far, and is never clean. */
  readonly signal?: AbortSignal;
  /** Told how far it is. */
  readonly onProgress?: (sent: number, most: number, what: string) => void;
  /** For tests: how close answers have to come, waiting, and which addresses a name has. */
  readonly close?: number;
  readonly pause?: (milliseconds: number) => Promise<void>;
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

export interface Settings {
  readonly thorough: boolean;
  readonly limits: Limits;
  readonly cookieNames: readonly string[];
  /** Names of headers that carry credentials. */
  readonly credentialHeaders: readonly string[];
  readonly sentHeaders: readonly HeaderLine[];
  readonly alsoHosts: readonly string[];
  readonly insecureTls: boolean;
  readonly seed: string;
  readonly replay: string;
}

const QUICK: Limits = { requests: 60, seconds: 10 };
const THOROUGH: Limits = { requests: 600, seconds: 60 };
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const HOST = /^[A-Za-z0-9.-]+(?::\d{1,5})?$/;

/** @throws CannotRun */
export function settingsOf(options: DoctorOptions): Settings {
  const { thorough = false, headers = [], cookieNames = [], alsoHosts = [], insecureTls = false } = options;
  const lines = headers.map(headerLine);
  for (const name of cookieNames)
    if (!TOKEN.test(name)) throw new CannotRun(`--cookie-name ${name}: that is no name of a cookie.`);
  for (const host of alsoHosts)
    if (!HOST.test(host)) throw new CannotRun(`--also-host ${host}: give a name, as in www.example.com.`);
  const seed = options.seed ?? newSeed();
  return {
    thorough,
    limits: { ...(thorough ? THOROUGH : QUICK), ...options.limits },
    cookieNames,
    credentialHeaders: lines.map(([name]) => name),
    sentHeaders: lines.filter(([, value]) => value !== ''),
    alsoHosts,
    insecureTls,
    seed,
    replay: commandOf({ ...options, seed }, lines),
  };
}

function headerLine(text: string): HeaderLine {
  const [, name = '', value = ''] = /^([^:]*)(?::\s*(.*))?$/.exec(text) ?? [];
  if (!TOKEN.test(name) || /[^\x20-\x7e]/.test(value)) {
    // Not repeated: without the colon the value would stand in what is taken for the name.
    throw new CannotRun("--header: give the name of a header, with its value or without, as in 'X-Key: v'.");
  }
  return [name, value];
}

/** Values of headers are left out, and secrets of the URL hashed. */
function commandOf(
  { url, thorough, cookieNames = [], alsoHosts = [], ...rest }: DoctorOptions,
  lines: HeaderLine[],
): string {
  const words = [
    'npx swapproof doctor',
    quoted(withoutSecrets(url)),
    ...(thorough ? ['--thorough'] : []),
    ...lines.map(([name, value]) => `--header ${quoted(value === '' ? name : `${name}: ...`)}`),
    ...cookieNames.map((name) => `--cookie-name ${quoted(name)}`),
    ...alsoHosts.map((host) => `--also-host ${quoted(host)}`),
    ...(rest.ownsHost ? ['--i-own-this-host'] : []),
    ...(rest.insecureTls ? ['--insecure-tls'] : []),
    `--seed ${quoted(rest.seed ?? '')}`,
  ];
  return words.join(' ');
}

function quoted(word: string): string {
  return /^[\w./:?=&%@+-]+$/.test(word) && !/[?&]/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
