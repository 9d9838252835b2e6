/** What swap suite, hammer and doctor answer: one shape for all three, so that there is one way to print it. */
import type { Finding } from './finding.js';
import type { Mechanism } from './mechanisms.js';
import type { ShownExchange } from './shown.js';

/** Raised whenever something in the report changes its meaning or goes. */
export const SCHEMA_VERSION = 1;

export type Verdict = 'clean' | 'swapped' | 'cannot-tell';

export interface Asked {
  /** What was tried, in the user's words: `two users at once on GET /account`. */
  readonly what: string;
  readonly mechanisms: readonly Mechanism[];
  readonly requests: number;
}

export interface NotCovered {
  readonly what: string;
  /** Those which nothing in this run could have found. Empty where the reason is not about one. */
  readonly mechanisms: readonly Mechanism[];
  readonly why: string;
}

export interface Report {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly tool: 'suite' | 'hammer' | 'doctor';
  /** What was asked: a URL, or `an app in this process`. */
  readonly target: string;
  readonly verdict: Verdict;
  /** No proved finding. `cannot-tell` is ok as well: look at `verdict` where that matters. */
  readonly ok: boolean;
  /** The verdict in one line. */
  readonly summary: string;
  /** Proved ones first. */
  readonly findings: readonly Finding[];
  readonly asked: readonly Asked[];
  readonly notCovered: readonly NotCovered[];
  /** Labels of the people who asked. */
  readonly people: readonly string[];
  readonly requests: number;
  readonly seconds: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seed: string;
  /** Repeats the run: code or a command. */
  readonly replay: string;
  /** The requests around the findings, for a picture: at most a few hundred. */
  readonly timeline: readonly ShownExchange[];
}
