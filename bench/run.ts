/** `npm run bench -- [--rounds 7] [--seconds 3] [--short] [--json path]`: the comparisons, side by side. */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { rowsOf, type Sample, type Samples, tableOf } from './report.js';
import { type Cores, chooseCores, pinSelf, ServerProcess } from './server-process.js';
import { type VariantName, variantNames } from './variants.js';
import { prepare } from './visit.js';

const CONNECTIONS = 64;

interface Subject {
  readonly server: ServerProcess;
  readonly url: string;
  readonly cookie: string;
}

const print = (line = '') => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    short: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const rounds = wholeNumber('rounds', values.rounds ?? (values.short ? '2' : '7'));
const seconds = wholeNumber('seconds', values.seconds ?? (values.short ? '1' : '3'));

const cores = chooseCores();
if (cores) pinSelf(cores);
const [processor] = cpus();
print(`Node ${process.version}, ${processor?.model ?? 'unknown processor'}; ${placeOf(cores)}.`);
print(`${rounds} rounds of ${seconds} s each, interleaved; ${CONNECTIONS} connections; medians [lowest-highest].`);
const samples = await measure(cores);
const rows = rowsOf(samples);
print();
print(tableOf(rows));
if (values.json !== undefined) {
  const report = { node: process.version, processor: processor?.model ?? null, cores, rounds, seconds, rows, samples };
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}

async function measure(chosen: Cores | null): Promise<Samples> {
  const servers: ServerProcess[] = [];
  const subjects: Subject[] = [];
  const measured = Object.fromEntries(variantNames.map((name) => [name, []])) as unknown as Record<
    VariantName,
    Sample[]
  >;
  try {
    for (const name of variantNames) {
      const server = await ServerProcess.start(name, chosen);
      servers.push(server);
      const subject = { server, ...(await prepare(server)) };
      subjects.push(subject);
      await load(subject, 1); // warm
      server.sleep();
    }
    for (let round = 0; round < rounds; round++) {
      for (const subject of subjects) {
        subject.server.wake();
        measured[subject.server.name].push(await load(subject, seconds));
        subject.server.sleep();
      }
    }
  } finally {
    await Promise.all(servers.map((server) => server.end()));
  }
  return measured;
}

/** @throws Error if one answer was none, or no success */
async function load({ server, url, cookie }: Subject, duration: number): Promise<Sample> {
  const before = await server.processorTime();
  const result = await autocannon({ url, duration, connections: CONNECTIONS, headers: { cookie } });
  const wrong = result.errors + result.non2xx;
  if (wrong > 0) throw new Error(`${server.name}: ${wrong} wrong answers of ${result.requests.total}`);
  const used = (await server.processorTime()) - before;
  return { perSecond: result['2xx'] / result.duration, microseconds: used / result['2xx'] };
}

function placeOf(chosen: Cores | null): string {
  return chosen
    ? `servers on core ${chosen.server}, load on core ${chosen.load}`
    : 'no core of their own for the servers';
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a whole number from 1 to 9999`);
}
