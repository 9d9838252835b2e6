/** A variable that two requests share is found at the line that waits, however that line waits; its fixed twin is clean. */
import { interleave } from 'swapproof/testing';
import { as, linesOf, own } from './support.js';
import { app, type Memory, names, ownMemory, sharedMemory } from './ways.js';

const search = (name: string, memory: Memory) =>
  interleave({ app: app(name, memory), a: as('ada'), b: as('bob'), check: own, pipelining: false });

it.each(names)('a variable of the module across %s', async (name) => {
  const { ok, findings, stops, lost } = await search(name, sharedMemory());
  expect(linesOf(findings)).toContainEqual(expect.stringContaining('// waits'));
  expect(findings.map(({ problem }) => problem)).toContain('ada got the page of bob, bob the page of bob');
  expect({ ok, lost }).toEqual({ ok: false, lost: 0 });
  expect(stops.filter(({ reached, bWaited }) => !reached || bWaited)).toEqual([]);
});

it.each(names)('a variable of the function across %s', async (name) => {
  const { ok, findings, stops, uncontrolled } = await search(name, ownMemory());
  expect({ ok, findings, uncontrolled }).toEqual({ ok: true, findings: [], uncontrolled: [] });
  expect(stops.length).toBeGreaterThan(0);
});
