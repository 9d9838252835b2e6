/** One experiment of the suite. */
import type { NewFinding } from '../../evidence/finding.js';
import type { Mechanism } from '../../evidence/mechanisms.js';
import type { World } from './world.js';

export interface SuiteCase {
  /** What is done, in the user's words: `the same page for two people in turn`. */
  readonly title: string;
  /** Which it can find. */
  readonly mechanisms: readonly Mechanism[];
  /** Why this app can't be asked, and what to give so that it can; null if it can. */
  unable?(world: World): string | null;
  run(world: World): Promise<readonly NewFinding[]>;
}
