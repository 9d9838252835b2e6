/** Which page of the owner a finding shows. */
import { Run } from '../../../../lib/cli/hammer/run.js';
import type { Exchange } from '../../../../lib/evidence/exchange.js';
import { usersNamed } from '../../../helpers/hammered.js';

function answered(asker: string, body: string, startedAt: number): Exchange {
  return {
    asker,
    origin: 'http://127.0.0.1',
    question: { method: 'GET', path: '/account', headers: [] },
    answer: { status: 200, headers: [], body: Buffer.from(body) },
    failure: null,
    startedAt,
    endedAt: startedAt + 1,
    connection: 1,
  };
}

function runOfTwo(learning: readonly Exchange[] = []): Run {
  const route = { label: 'GET /account', method: 'GET', path: '/account', headers: [] };
  const users = usersNamed(['ada-x7', 'bob-q3']);
  const login = { kind: 'cookies' } as const;
  const url = 'http://127.0.0.1/';
  const run = new Run({ url, users, login, routes: [route], whoami: route, replay: String }, 's');
  for (const one of learning) run.record(one);
  run.startJudging();
  return run;
}

it('is what the owner had asked when the swap was seen, not what came later', () => {
  const run = runOfTwo();
  const before = answered('ada-x7', 'ada-x7', 1);
  for (const one of [before, answered('bob-q3', 'ada-x7', 2), answered('ada-x7', 'ada-x7', 3)]) run.record(one);
  const [group] = run.judge.groups.values();
  expect(group && run.ownersPage(group.first)).toBe(before);
});

it('is so while the run still learns, too', () => {
  const before = answered('ada-x7', 'ada-x7', 1);
  const run = runOfTwo([before, answered('bob-q3', 'ada-x7', 2), answered('ada-x7', 'ada-x7', 3)]);
  const [group] = run.judge.groups.values();
  expect(group && run.ownersPage(group.first)).toBe(before);
});

it('is the next one, where both asked at once', () => {
  const run = runOfTwo();
  const after = answered('ada-x7', 'ada-x7', 1);
  for (const one of [answered('bob-q3', 'ada-x7', 1), after]) run.record(one);
  const [group] = run.judge.groups.values();
  expect(group && run.ownersPage(group.first)).toBe(after);
});
