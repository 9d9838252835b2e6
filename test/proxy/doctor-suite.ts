/** What doctor finds in front of one server by the probe of the kit, and without one; by that of `guard()`: doctor.test.ts. */
import type { AddressInfo } from 'node:net';
import { runDoctor } from '../../lib/cli/doctor/run-doctor.js';
import type { Report } from '../../lib/evidence/report.js';
import { type CacheConfiguration, type CacheKind, startCache } from '../helpers/caches.js';
import { type ScriptApp, scriptApp, visitorsApp } from './script-app.js';

/** On a machine so slow that a second passes in between, nothing is replayed. */
const ATTEMPTS = 3;

export function doctorSuite(cache: CacheKind): void {
  const { cookies } = cache.careless;

  it('says swapped of the careless one, by the probe of the kit', async () => {
    const report = await diagnose(cache, 'careless', () => scriptApp('kit'), 'swapped');
    expect(report.verdict).toBe('swapped');
    expect(report.requests).toBeLessThanOrEqual(60);
  });

  it('says clean of the good one, by the probe of the kit', async () => {
    const report = await diagnose(cache, 'good', () => scriptApp('kit'), 'clean');
    expect([report.verdict, report.findings]).toEqual(['clean', []]);
  });

  const bare = cookies ? 'swapped' : 'cannot-tell';
  it(`says ${bare} of the careless one, by the cookies of a script alone`, async () => {
    const report = await diagnose(cache, 'careless', visitorsApp, bare);
    expect(report.verdict).toBe(bare);
    const proved = report.findings.filter(({ certainty }) => certainty === 'proved');
    expect(proved.map(({ mechanism }) => mechanism).includes('M12')).toBe(cookies);
  });
}

/** A careless cache is asked again if it had nothing to replay. */
async function diagnose(
  cache: CacheKind,
  configuration: CacheConfiguration,
  make: () => ScriptApp,
  expected: Report['verdict'],
): Promise<Report> {
  const app = make();
  await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve));
  try {
    const service = await startCache(cache, configuration, (app.server.address() as AddressInfo).port);
    try {
      const ask = () => runDoctor({ url: `http://127.0.0.1:${service.port}/`, pause: async () => {} });
      let report = await ask();
      for (let attempt = 1; attempt < ATTEMPTS && expected === 'swapped' && report.ok; attempt++) report = await ask();
      return report;
    } finally {
      await service.stop();
    }
  } finally {
    await app.close();
  }
}
