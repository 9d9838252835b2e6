/**
 * `npm run twins -- [--runs 20] [--own] [name ...]`: the suite on every twin, so many times, and a table of what it said; with
 * `--own` each is asked for its own mechanism alone, which takes a fraction of the time. Ends with 0 if
 * each vulnerable app was flagged with its mechanism and each fixed one was clean, every time.
 */
import { parseArgs } from 'node:util';
import { markdownTable } from '../helpers/markdown-table.js';
import { askTwin, loadTwin, provedIn, twinNames } from './twins.js';

interface Row {
  readonly mechanism: string;
  readonly name: string;
  flagged: number;
  clean: number;
  /** What else was said of the vulnerable one, and all that was said of the fixed one. */
  readonly beside: Set<string>;
  readonly falsely: Set<string>;
}

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '1' }, own: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const runs = Number(values.runs);
const names = twinNames.filter(
  (name) => positionals.length === 0 || positionals.some((wanted) => name.startsWith(wanted)),
);

async function rowOf(name: string): Promise<Row> {
  const twin = await loadTwin(name);
  const { mechanism } = twin;
  const only = values.own ? [mechanism] : undefined;
  const row: Row = { mechanism, name: twin.name, flagged: 0, clean: 0, beside: new Set(), falsely: new Set() };
  for (let run = 0; run < runs; run++) {
    const proved = provedIn(await askTwin(twin, 'vulnerable', only));
    if (proved.includes(mechanism)) row.flagged++;
    for (const other of proved.filter((one) => one !== mechanism)) row.beside.add(other);
    const report = await askTwin(twin, 'fixed', only);
    if (report.findings.length === 0 && report.verdict === 'clean') row.clean++;
    for (const finding of report.findings) row.falsely.add(finding.mechanism);
  }
  return row;
}

const rows: Row[] = [];
for (const name of names) {
  rows.push(await rowOf(name));
  process.stderr.write(`${name}\n`);
}

const titles = ['', 'app', 'flagged', 'also as', 'fixed: clean', 'flagged as'];
const table = rows.map(({ mechanism, name, flagged, clean, beside, falsely }) => [
  mechanism,
  name,
  `${flagged} of ${runs}`,
  [...beside].join(' '),
  `${clean} of ${runs}`,
  [...falsely].join(' '),
]);
process.stdout.write(`${markdownTable(titles, table)}\n`);
process.exit(rows.every(({ flagged, clean }) => flagged === runs && clean === runs) ? 0 : 1);
