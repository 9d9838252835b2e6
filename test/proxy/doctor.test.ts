/** doctor in front of real caches: each careless one is found by the quick questions, each good one is clean. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { runDoctor } from '../../lib/cli/doctor/run-doctor.js';
import type { Report } from '../../lib/evidence/report.js';
import { guard } from '../../lib/guard.js';
import { CACHES, type CacheConfiguration, type CacheKind, startCache } from '../helpers/caches.js';
import { describeBehind } from '../helpers/describe-behind.js';

jest.setTimeout(120_000);

const LEVELS = [false, true];

async function diagnose(cache: CacheKind, configuration: CacheConfiguration, thorough: boolean): Promise<Report> {
  const app = express();
  app.use(guard({ cookies: ['connect.sid'], log: false }));
  app.get('/', (_req, res) => void res.send('<script src="/static/app.js"></script>'));
  const origin = createServer(app);
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  const service = await startCache(cache, configuration, (origin.address() as AddressInfo).port);
  try {
    return await runDoctor({ url: `http://127.0.0.1:${service.port}/`, thorough, limits: { seconds: 60 } });
  } finally {
    await service.stop();
    origin.closeAllConnections();
    await new Promise((resolve) => origin.close(resolve));
  }
}

/** What is told of a run, for whoever looks at the log with PRINT_REPORTS=1. */
function print(cache: CacheKind, configuration: CacheConfiguration, thorough: boolean, report: Report): void {
  if (process.env.PRINT_REPORTS !== '1') return;
  const found = report.findings
    .map(({ mechanism, title, detail }) => `\n    ${mechanism} ${title}: ${detail}`)
    .join('');
  const level = thorough ? 'thorough' : 'quick';
  const { verdict, requests, seconds } = report;
  process.stderr.write(
    `${cache.name} ${configuration} ${level}: ${verdict}, ${requests} requests, ${seconds} s${found}\n`,
  );
}

describe.each(CACHES.map((cache) => [cache.name, cache] as const))('%s', (_name, cache) => {
  describeBehind(cache, () => {
    it.each(LEVELS)('is clean if it is well-behaved; thorough: %s', async (thorough) => {
      const report = await diagnose(cache, 'good', thorough);
      print(cache, 'good', thorough, report);
      expect([report.verdict, report.findings]).toEqual(['clean', []]);
    });

    it.each(LEVELS)('is found if it is careless; thorough: %s', async (thorough) => {
      const report = await diagnose(cache, 'careless', thorough);
      print(cache, 'careless', thorough, report);
      expect(report.verdict).toBe('swapped');
      expect(report.requests).toBeLessThanOrEqual(thorough ? 600 : 60);
    });
  });
});

const NGINX_PROXY_MANAGER = CACHES.filter(({ name }) => name === 'Nginx Proxy Manager');

describe.each(NGINX_PROXY_MANAGER.map((cache) => [cache.name, cache] as const))('the switch of %s', (_name, cache) => {
  describeBehind(cache, () => {
    it('is named, with what to do', async () => {
      const { findings } = await diagnose(cache, 'careless', false);
      expect(findings.map(({ detail }) => detail).join()).toContain('the switch "Cache Assets" of Nginx Proxy Manager');
      expect(findings[0]?.prevention).toContain('Switch "Cache Assets" off');
    });
  });
});
