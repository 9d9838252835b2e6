/** All twins: the files of this folder whose names begin with a mechanism, so that adding one touches no list. */
import { readdirSync } from 'node:fs';
import type { Mechanism } from '../../lib/evidence/mechanisms.js';
import type { Report } from '../../lib/evidence/report.js';
import { runSwapSuite, type SuiteOptions } from '../../lib/testing/index.js';
import type { Twin } from './twin.js';

const TWIN = /^m\d\d-.*\.ts$/;

/** Their names, without extension, as `m01-module-variable`. Run from the root of the repository. */
export const twinNames: readonly string[] = readdirSync('test/twins')
  .filter((file) => TWIN.test(file))
  .sort()
  .map((file) => file.replace(/\.ts$/, ''));

export async function loadTwin(name: string): Promise<Twin> {
  const { twin } = (await import(`./${name}.js`)) as { readonly twin: Twin };
  return twin;
}

export type Side = 'vulnerable' | 'fixed';

/** The suite, as anybody would run it on this app; for all mechanisms, unless some are named. */
export function askTwin(twin: Twin, side: Side, only?: readonly Mechanism[]): Promise<Report> {
  const ordinary = { login: '/login', whoami: '/whoami', routes: ['/account'], ...(only && { mechanisms: only }) };
  const options = { ...ordinary, ...twin.suite, app: twin[side] };
  return runSwapSuite(options as SuiteOptions);
}

/** The mechanisms of what was proved, each once. */
export function provedIn({ findings }: Report): Mechanism[] {
  return [...new Set(findings.filter(({ certainty }) => certainty === 'proved').map(({ mechanism }) => mechanism))];
}
