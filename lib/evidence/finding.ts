/** What a tool found, as a good bug report: who got what of whom, how, since when it is known, and what prevents it. */
import { MECHANISMS, type Mechanism } from './mechanisms.js';
import type { ShownExchange } from './shown.js';

export interface Leak {
  readonly where: 'status' | 'header' | 'cookie' | 'body' | 'side effect';
  /** Of a header or cookie: its name. */
  readonly name: string | null;
  /** Of the first byte, where there is one. */
  readonly offset: number | null;
  /** A few characters around it; credentials in it are hashed. */
  readonly excerpt: string;
}

export interface Finding {
  readonly mechanism: Mechanism;
  /** A warning does not make a run fail: it is a cause, without a swap seen. */
  readonly certainty: 'proved' | 'warning';
  /** One line: `bob received the page of ada`. */
  readonly title: string;
  /** Whose it was; null where nobody knows. */
  readonly owner: string | null;
  /** Who got it; null is somebody without a session. */
  readonly receiver: string | null;
  /** The owner's and the receiver's, in this order, where both are known; more if it took more. */
  readonly exchanges: readonly ShownExchange[];
  readonly leak: Leak | null;
  /** The line of the app, as `routes/account.js:12:5`, where one is known. */
  readonly at: string | null;
  /** What happened, in sentences. */
  readonly detail: string;
  /** The incident that it resembles. */
  readonly resembles: string;
  /** The rule, or the line of Express code, that prevents it. */
  readonly prevention: string;
  /** Repeats the run that found it: code or a command. */
  readonly replay: string;
}

export type NewFinding = Omit<Finding, 'certainty' | 'resembles' | 'prevention' | 'replay' | 'at' | 'leak'> &
  Partial<Pick<Finding, 'certainty' | 'prevention' | 'at' | 'leak'>> & {
    /** Paths that it explains beside those of its exchanges: no report has them, the experiments that follow leave them alone. */
    readonly alsoExplains?: readonly string[];
  };

/** The finding with what is known of its mechanism. */
export function finding({ alsoExplains: _paths, ...found }: NewFinding, replay: string): Finding {
  const { resembles, prevention } = MECHANISMS[found.mechanism];
  return { certainty: 'proved', leak: null, at: null, resembles, prevention, replay, ...found };
}
