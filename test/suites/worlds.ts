/** Whose suites can be run, how, and in which worlds: where the guard is, and what else differs. */
import type { GuardOptions } from 'swapproof';
import { type Accepted, EXPRESS_4_WITH_COOKIE, WITH_BIND, WITH_COOKIE } from './accepted.js';

export interface Suite {
  readonly package: string;
  readonly major: number;
  /** Arguments of mocha, as in the package's own `npm test`; a case that fails may leave a server behind, so `--exit`. */
  readonly mocha: readonly string[];
  /** A shell script that makes what the cases need, and one of the files it makes. */
  readonly prepare?: { readonly script: string; readonly makes: string };
  /** Each is a baseline and the same with the guard. */
  readonly worlds: readonly World[];
}

export interface World {
  readonly name: string;
  readonly mount: Exclude<Mount['guard'], 'off'>;
  readonly options?: GuardOptions;
  /** Sent with every request that brings none of this name. */
  readonly cookie?: string;
  /** The cases that may differ from the baseline. */
  readonly accepted: readonly Accepted[];
}

/** What preload.ts does in the process of a suite. */
export interface Mount {
  /** Mounted first on every app; or in front of every server, where a suite has servers and no apps. */
  readonly guard: 'off' | 'apps' | 'servers';
  readonly options?: GuardOptions | undefined;
  readonly cookie?: string | undefined;
}

const EXPRESS = ['--require', 'test/support/env', '--check-leaks', '--exit', 'test/', 'test/acceptance/'];
const BIND: GuardOptions = { bind: { secret: 'other people have tests too, 32 of them' } };
/** It names no session, as after a logout. One case about cookies fails with it, guard or not. */
const COOKIE = 'connect.sid=s%3Aabc.def';

export const SUITES: readonly Suite[] = [
  { package: 'express', major: 5, mocha: EXPRESS, worlds: expressWorlds(WITH_COOKIE) },
  {
    package: 'express',
    major: 4,
    mocha: EXPRESS,
    worlds: expressWorlds([...WITH_COOKIE, ...EXPRESS_4_WITH_COOKIE]),
  },
  {
    package: 'express-session',
    major: 1,
    mocha: ['--require', 'test/support/env', '--check-leaks', '--exit', 'test/'],
    prepare: { script: 'test/support/gencert.sh', makes: 'test/fixtures/server.crt' },
    worlds: [
      { name: 'guard()', mount: 'servers', accepted: [] },
      { name: 'guard({ bind })', mount: 'servers', options: BIND, accepted: WITH_BIND },
    ],
  },
];

function expressWorlds(withCookie: readonly Accepted[]): readonly World[] {
  return [
    { name: 'guard()', mount: 'apps', accepted: [] },
    { name: 'guard({ bind })', mount: 'apps', options: BIND, accepted: [] },
    {
      name: 'a rehearsal, a session cookie on every request',
      mount: 'apps',
      options: { insecureReportOnly: true },
      cookie: COOKIE,
      accepted: [],
    },
    { name: 'guard(), a session cookie on every request', mount: 'apps', cookie: COOKIE, accepted: withCookie },
  ];
}
