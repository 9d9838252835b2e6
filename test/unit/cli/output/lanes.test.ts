/** Who asked when: lanes, bars and arrows. */
import { lanesOf } from '../../../../lib/cli/output/lanes.js';
import { drawingOf } from '../../../../lib/cli/output/lanes-svg.js';
import { shown } from '../../../../lib/evidence/shown.js';
import { sampleExchange, sampleFinding } from '../../../helpers/sample-report.js';

const exchange = (asker: string | null, startedAt: number, endedAt: number, connection = 1) =>
  shown(sampleExchange(asker, { startedAt, endedAt, connection }), 0);

const early = exchange('ada', 0, 10);
const late = exchange('bob', 20, 30);

it('has a lane for each who asked, the anonymous too, in the order of the people', () => {
  const timeline = [exchange(null, 5, 6), early, late];
  expect(lanesOf({ timeline, findings: [], people: ['bob', 'ada', 'silent'] }).people).toEqual(['bob', 'ada', null]);
});

it('gives a request the rows of all that began while it was under way', () => {
  const timeline = [exchange('ada', 0, 25), exchange('bob', 10, 12), exchange('bob', 20, 22), exchange('bob', 30, 31)];
  const { bars, rows } = lanesOf({ timeline, findings: [], people: [] });
  expect(rows).toBe(4);
  expect(bars.map(({ firstRow, lastRow }) => [firstRow, lastRow])).toEqual([
    [0, 2],
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

it('lays what one person asked at once side by side', () => {
  const timeline = [exchange('ada', 0, 25, 1), exchange('ada', 10, 25, 2), exchange('ada', 30, 31, 3)];
  const { bars, slots } = lanesOf({ timeline, findings: [], people: [] });
  expect([slots, bars.map(({ slot }) => slot)]).toEqual([2, [0, 1, 0]]);
});

it('draws the arrow from the response of the owner to that of the receiver', () => {
  const finding = sampleFinding({ exchanges: [early, late], owner: 'ada', receiver: 'bob' });
  const { arrows, bars } = lanesOf({ timeline: [late, early], findings: [finding], people: [] });
  expect(arrows).toEqual([{ finding: 1, from: bars[0], to: bars[1] }]);
  expect(bars.map(({ exchange: { asker }, leaked }) => [asker, leaked])).toEqual([
    ['ada', true],
    ['bob', true],
  ]);
  const [drawn] = drawingOf(lanesOf({ timeline: [late, early], findings: [finding], people: [] })).arrows;
  const [start = 0, end = 0] = [...(drawn?.path ?? '').matchAll(/(?:^M| )(\d+(?:\.\d+)?) \d+(?:\.\d+)?(?= C|$)/g)].map(
    ([, x]) => Number(x),
  );
  expect(start).toBeLessThan(end);
});

it('draws none where the owner, or one of the two requests, is not known', () => {
  const findings = [
    sampleFinding({ owner: null }),
    sampleFinding({ exchanges: [late] }),
    sampleFinding({ exchanges: [] }),
  ];
  expect(lanesOf({ timeline: [early, late], findings, people: [] }).arrows).toEqual([]);
});

it('shows at most 400 requests, and of those what findings are about', () => {
  const timeline = Array.from({ length: 1000 }, (_none, index) => exchange('ada', index, index, index));
  const finding = sampleFinding({ exchanges: [timeline[998], timeline[999]].filter((one) => one !== undefined) });
  const { bars } = lanesOf({ timeline, findings: [finding], people: [] });
  expect(bars).toHaveLength(400);
  expect(bars.filter(({ leaked }) => leaked)).toHaveLength(2);
});
