/** `npm run hammer:soak`: hammer against apps without a mistake, for as long as it takes. `-- 1000` asks for so many each. */
import { markdownTable } from '../helpers/markdown-table.js';
import { SOAK_WORLDS } from './worlds.js';

const most = Number(process.argv[2] ?? Number.POSITIVE_INFINITY);
const rows: string[][] = [];
for (const { name, requests, run } of SOAK_WORLDS) {
  const report = await run({ requests: Math.min(requests, most), seconds: 3_600, patience: 2_100, seed: 'soak' });
  rows.push([name, `${report.requests}`, `${report.seconds}`, report.verdict, `${report.findings.length}`]);
  process.stderr.write(`${name}: ${report.summary}\n`);
  for (const { mechanism, title, detail } of report.findings)
    process.stderr.write(`  ${mechanism} ${title}: ${detail}\n`);
  if (report.verdict !== 'clean') process.exitCode = 1;
}
process.stdout.write(`${markdownTable(['app', 'requests', 'seconds', 'verdict', 'findings'], rows)}\n`);
