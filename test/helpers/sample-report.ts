/** Reports as hammer, doctor and the swap suite make them, for tests of how they are printed. */
import type { Exchange } from '../../lib/evidence/exchange.js';
import { type Finding, finding, type NewFinding } from '../../lib/evidence/finding.js';
import { type Report, SCHEMA_VERSION } from '../../lib/evidence/report.js';
import { shown } from '../../lib/evidence/shown.js';

export const REPLAY = 'npx swapproof hammer http://127.0.0.1:3000 --seed k3f9';

export function sampleExchange(asker: string | null, more: Partial<Exchange> = {}): Exchange {
  return {
    asker,
    origin: 'http://127.0.0.1:3000',
    question: { method: 'GET', path: '/account', headers: [['Cookie', `sid=secret-of-${asker}`]] },
    answer: { status: 200, headers: [['Content-Type', 'text/html']], body: Buffer.from('canary-ada-1') },
    failure: null,
    startedAt: 10,
    endedAt: 15,
    connection: 3,
    ...more,
  };
}

export function sampleFinding(more: Partial<NewFinding> = {}, replay = REPLAY): Finding {
  return finding(
    {
      mechanism: 'M11',
      title: 'bob received the page of ada',
      owner: 'ada',
      receiver: 'bob',
      exchanges: [
        shown(sampleExchange('ada'), 0),
        shown(sampleExchange('bob', { startedAt: 20, endedAt: 22, connection: 4 }), 0),
      ],
      leak: { where: 'body', name: null, offset: 7, excerpt: '<h1>canary-ada-1</h1>' },
      at: 'routes/account.js:12:5',
      detail: 'Both asked for GET /account. The response to bob holds a mark that only ada has.',
      ...more,
    },
    replay,
  );
}

export function sampleReport(more: Partial<Report> = {}): Report {
  const findings = more.findings ?? [sampleFinding()];
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: 'hammer',
    target: 'http://127.0.0.1:3000',
    verdict: 'swapped',
    ok: false,
    summary: 'bob received the page of ada',
    findings,
    asked: [{ what: 'two users at once on GET /account', mechanisms: ['M11', 'M6', 'M7', 'M8'], requests: 120 }],
    notCovered: [{ what: 'mail', mechanisms: ['M29'], why: 'no hook for it was given' }],
    people: ['ada', 'bob'],
    requests: 3200,
    seconds: 12.4,
    startedAt: '2026-11-21T09:12:00.000Z',
    seed: 'k3f9',
    replay: REPLAY,
    timeline: findings.flatMap(({ exchanges }) => exchanges),
    ...more,
  };
}

export const CLEAN: Partial<Report> = {
  verdict: 'clean',
  ok: true,
  summary: 'nobody received anything of somebody else',
  findings: [],
};

export const CANNOT_TELL: Partial<Report> = {
  verdict: 'cannot-tell',
  ok: true,
  summary: 'no two responses differ, so that nobody can say whose they are',
  findings: [],
  asked: [],
};
