/** What a command printed, and where. */
import type { Console } from '../../lib/cli/console.js';

export interface RecordedConsole extends Console {
  readonly printed: { out: string; err: string };
}

export function recordedConsole(environment: Readonly<Record<string, string>> = {}): RecordedConsole {
  const printed = { out: '', err: '' };
  return {
    printed,
    version: '1.2.3',
    stdin: (async function* () {})(),
    environment,
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
  };
}
