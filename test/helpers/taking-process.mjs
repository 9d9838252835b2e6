// A process that takes every ticket and writes keys of its own: says what it got once its parent lets it begin.
import { once } from 'node:events';
import { sqlite } from './lib/stores/sqlite/index.js';

const [, , path, name, owner] = process.argv;
const { stored, close } = sqlite(path).open({ keep: 1e9 });
const asked = { ...JSON.parse(owner), now: 5_000 };
const signal = AbortSignal.timeout(20_000);
await stored.get(asked, 'ticket 0', signal);
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const taken = [];
for (let each = 0; each < 50; each++) {
  const { value } = await stored.take(asked, `ticket ${each}`, signal);
  if (value !== null) taken.push(each);
  await stored.set(asked, { key: `${name} ${each}`, text: String(each), mac: 'm' }, signal);
}
process.stdout.write(`${JSON.stringify(taken)}\n`);
process.stdin.destroy();
await close();
