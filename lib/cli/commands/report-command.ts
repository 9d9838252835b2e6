/** `swapproof report`: from a log of events to the routes that would change. */
import { createReadStream } from 'node:fs';
import { printable } from '../../evidence/text/printable.js';
import { type RehearsalReport, RehearsalTally } from '../../rehearsal/report.js';
import { COULD_NOT_TELL, type Console } from '../console.js';
import { readEventLine } from './event-line.js';
import { linesOf } from './lines.js';
import { reportText } from './report-text.js';

/** Raised whenever something in the JSON changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const MOST_NUMBERS = 10;

interface Read {
  readonly report: RehearsalReport;
  readonly events: number;
  readonly broken: number;
  /** The first of the broken lines. */
  readonly brokenLines: readonly number[];
}

/** @returns 0 if nothing would change, 1 if something would, 2 if nobody can say: without a rehearsal too */
export async function report(file: string, asJson: boolean, console: Console): Promise<number> {
  const name = file === '-' ? 'stdin' : printable(file);
  let read: Read;
  try {
    read = await readEvents(file === '-' ? console.stdin : createReadStream(file));
  } catch (error) {
    const code = printable(String((error as NodeJS.ErrnoException).code ?? 'unknown error'));
    console.err(`swapproof: ${name} can't be read (${code}). ${WHAT_TO_GIVE}\n`);
    return COULD_NOT_TELL;
  }
  if (read.broken > 0) console.err(`swapproof: ${brokenText(read)}\n`);
  if (read.events === 0) {
    console.err(`swapproof: ${name} holds no event. ${WHAT_TO_GIVE}\n`);
    return COULD_NOT_TELL;
  }
  const { report, ...lines } = read;
  if (asJson) console.out(`${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...report, ...lines }, null, 2)}\n`);
  else console.out(reportText(report, read.events));
  if (report.firstAt !== null) return 1;
  return report.rehearsing ? 0 : COULD_NOT_TELL;
}

const WHAT_TO_GIVE = 'Give the file that your log function writes, one event a line, or - for stdin.';

async function readEvents(chunks: AsyncIterable<Uint8Array>): Promise<Read> {
  const tally = new RehearsalTally();
  const brokenLines: number[] = [];
  let [events, broken] = [0, 0];
  for await (const { number, text } of linesOf(chunks)) {
    const event = readEventLine(text);
    if (event === 'blank') continue;
    if (event === null) {
      broken++;
      if (brokenLines.length < MOST_NUMBERS) brokenLines.push(number);
    } else {
      events++;
      tally.add(event);
    }
  }
  return { report: tally.report(), events, broken, brokenLines };
}

function brokenText({ broken, brokenLines }: Read): string {
  const more = broken > brokenLines.length ? ` and ${broken - brokenLines.length} more` : '';
  const lines = broken === 1 ? '1 line is no event and was' : `${broken} lines are no events and were`;
  return `${lines} left out: line ${brokenLines.join(', ')}${more}.`;
}
