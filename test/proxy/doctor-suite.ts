/** What doctor finds in front of one server, careless and well-behaved: by the probe of `guard()` and the kit, and without it. */
import type { AddressInfo } from 'node:net';
import { runDoctor } from '../../lib/cli/doctor/run-doctor.js';
import type { Report } from '../../lib/evidence/report.js';
import { type CacheConfiguration, type CacheKind, startCache } from '../helpers/caches.js';
import { type ScriptApp, scriptApp, visitorsApp } from './script-app.js';

/** On a machine so slow that a second passes in between, nothing is replayed. */
const ATTEMPTS = 3;

export function doctorSuite(cache: CacheKind): void {
  const { cookies, honoursVary } = cache.careless;

  // What guard() and the kit send varies by cookie, so that such a cache gives it to nobody else.
  const guarded = honoursVary ? 'clean' : 'swapped';
  it.each(['guard', 'kit'] as const)(`says ${guarded} of the careless one, by the probe of the %s`, async (front) => {
    const report = await diagnose(cache, 'careless', () => scriptApp(front), guarded);
    expect(report.verdict).toBe(guarded);
    expect(report.requests).toBeLessThanOrEqual(60);
    expect(report.findings.map(({ mechanism, certainty }) => `${certainty} ${mechanism}`)).toEqual(
      guarded === 'swapped' ? ['proved M11'] : [],
    );
  });

  it.each(['guard', 'kit'] as const)('says clean of the good one, by the probe of the %s', async (front) => {
    const report = await diagnose(cache, 'good', () => scriptApp(front), 'clean');
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
