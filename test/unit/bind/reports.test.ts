import { BindReports } from '../../../lib/bind/reports.js';
import type { RequestContext } from '../../../lib/request/context.js';
import { recordedEvents } from '../../helpers/recorded-events.js';

const context = { requestId: 'r', route: 'GET /', method: 'GET' } as unknown as RequestContext;

it('counts sessions without a tag: the first at once, the others once a minute', () => {
  const { events, seen } = recordedEvents();
  let now = 1_000_000;
  const reports = new BindReports(events, () => now);
  const counts = () => seen.map(({ detail }) => detail.count);
  for (let times = 0; times < 5; times++) reports.untagged(context);
  expect(counts()).toEqual([1]);
  now += 59_999;
  reports.untagged(context);
  expect(counts()).toEqual([1]);
  now += 1;
  reports.untagged(context);
  expect(counts()).toEqual([1, 6]);
  expect(seen[1]?.message).toMatch(/since this was last told: 6\.$/);
  expect(seen[0]).toMatchObject({ code: 'bind.untagged', severity: 'info', detail: { refused: false } });
});

it('tells a swap once for each pair, and remembers no more than 10,000', () => {
  const { events, seen } = recordedEvents();
  const reports = new BindReports(events);
  reports.swap(context, 'a', 'b');
  reports.swap(context, 'a', 'b');
  reports.swap(context, 'b', 'a');
  expect(seen).toHaveLength(2);
  for (let pair = 0; pair < 10_000; pair++) reports.swap(context, 'x', String(pair));
  seen.length = 0;
  reports.swap(context, 'a', 'b');
  reports.swap(context, 'x', '9999');
  expect(seen).toHaveLength(1);
});
