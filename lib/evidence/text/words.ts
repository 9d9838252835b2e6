/** Words that every form of the report uses alike. */
import type { Mechanism } from '../mechanisms.js';
import type { Report, Verdict } from '../report.js';

export const VERDICTS: Readonly<Record<Verdict, string>> = {
  clean: 'Clean',
  swapped: 'Swapped',
  'cannot-tell': 'Cannot tell',
};

/** Who asked or got something. */
export function person(label: string | null, nobody = 'somebody without a session'): string {
  return label ?? nobody;
}

/** `1 request`, `3,200 requests`; of people and the like the plural is given. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** `M1-M4, M9`: in order, each once, runs of three and more in short. */
export function mechanismList(mechanisms: Iterable<Mechanism>): string {
  const numbers = [...new Set(mechanisms)].map((name) => Number(name.slice(1))).sort((a, b) => a - b);
  const runs: [first: number, last: number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run?.[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(runText).join(', ');
}

function runText([first, last]: readonly [number, number]): string {
  if (first === last) return `M${first}`;
  return `M${first}${last === first + 1 ? ', ' : '-'}M${last}`;
}

/** What was asked, in one sentence. */
export function askedSentence({ asked, people, requests, seconds }: Report): string {
  if (asked.length === 0) return 'Asked: nothing.';
  const mechanisms = mechanismList(asked.flatMap((item) => item.mechanisms)) || counted(asked.length, 'thing');
  const by = [counted(requests, 'request'), counted(people.length, 'person', 'people'), `${seconds.toFixed(1)} s`];
  return `Asked: ${mechanisms} (${by.join(', ')}).`;
}

/** What was not, in one sentence. */
export function notAskedSentence({ notCovered }: Report): string {
  if (notCovered.length === 0) return 'Not asked: nothing that is known.';
  return `Not asked: ${mechanismList(notCovered.flatMap((item) => item.mechanisms)) || counted(notCovered.length, 'thing')}.`;
}

/** The first so many characters, and how many more there are. */
export function bounded(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)} ... (${counted(text.length - most, 'more character')})`;
}
