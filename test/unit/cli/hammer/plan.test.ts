import { makePlan, type PlanOptions, STEPS, type StepKind } from '../../../../lib/cli/hammer/plan.js';

const OPTIONS: PlanOptions = { browsers: 4, routes: 3, requests: 2_000, direct: true, logins: true };
const kindsOf = (options: Partial<PlanOptions>) =>
  new Set(makePlan('kinds', { ...OPTIONS, ...options }).map(({ kind }) => kind));

it('is the same for the same seed, and another for another', () => {
  expect(makePlan('one', OPTIONS)).toEqual(makePlan('one', OPTIONS));
  expect(makePlan('one', OPTIONS)).not.toEqual(makePlan('two', OPTIONS));
});

it('is data: a report can hold it', () => {
  const plan = makePlan('one', OPTIONS);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

it('asks for as many requests as it was told, and at most a burst more', () => {
  const asks = makePlan('one', OPTIONS).reduce((sum, step) => sum + step.asks.length, 0);
  expect(asks).toBeGreaterThanOrEqual(2_000);
  expect(asks).toBeLessThan(2_006);
});

it('has every kind of step, every browser, every route, strangers, fresh and plain URLs', () => {
  const plan = makePlan('one', OPTIONS);
  const asks = plan.flatMap((step) => step.asks);
  expect(kindsOf({})).toEqual(new Set(Object.keys(STEPS)));
  expect(new Set(asks.map(({ who }) => who))).toEqual(new Set([0, 1, 2, 3, null]));
  expect(new Set(asks.map(({ route }) => route))).toEqual(new Set([0, 1, 2]));
  expect(asks.some(({ fresh }) => fresh === null) && asks.some(({ fresh }) => fresh !== null)).toBe(true);
});

it('lets nobody share a connection where something stands in front, and nobody log in who only has cookies', () => {
  const shared: StepKind[] = ['socket', 'pipeline'];
  expect(shared.filter((kind) => kindsOf({ direct: false }).has(kind))).toEqual([]);
  expect(kindsOf({ logins: false }).has('login')).toBe(false);
});

it('pairs different people', () => {
  const pairs = makePlan('one', OPTIONS).filter(({ kind }) => kind === 'pipeline' || kind === 'turn');
  expect(pairs.filter(({ asks: [first, second] }) => first?.who === second?.who)).toEqual([]);
});

it('asks for one URL in a burst on one URL, and for as many as there are requests in the other', () => {
  const urlsOf = (kind: StepKind) =>
    makePlan('one', OPTIONS)
      .filter((step) => step.kind === kind)
      .map(({ asks }) => [new Set(asks.map(({ fresh }) => fresh)).size, asks.length]);
  expect(urlsOf('same-url').every(([urls]) => urls === 1)).toBe(true);
  expect(urlsOf('other-urls').every(([urls, asks]) => urls === asks)).toBe(true);
});
