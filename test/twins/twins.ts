/** All twins: the files of this folder whose names begin with a mechanism, so that adding one touches no list. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Mechanism } from '../../lib/evidence/mechanisms.js';
import type { Report } from '../../lib/evidence/report.js';
import { runSwapSuite, type SuiteOptions } from '../../lib/testing/index.js';
import type { Twin } from './twin.js';

const TWIN = /^m\d\d-.*\.[jt]s$/;

/** By file name, without extension. */
export const twins: readonly (readonly [file: string, twin: Twin])[] = readdirSync(__dirname)
  .filter((file) => TWIN.test(file))
  .sort()
  .map((file) => [file.replace(/\.[jt]s$/, ''), (require(join(__dirname, file)) as { readonly twin: Twin }).twin]);

export type Side = 'vulnerable' | 'fixed';

/** The suite, as anybody would run it on this app. */
export function askTwin(twin: Twin, side: Side): Promise<Report> {
  const options = { login: '/login', whoami: '/whoami', routes: ['/account'], ...twin.suite, app: twin[side] };
  return runSwapSuite(options as SuiteOptions);
}

/** Each mechanism once, as often as it was proved. */
export function provedIn({ findings }: Report): Mechanism[] {
  return findings.filter(({ certainty }) => certainty === 'proved').map(({ mechanism }) => mechanism);
}
