/** Friday afternoon's rehearsal: a guard that only reports, in front of the five-year-old app, is noticed by nobody. */
import { compareJourneys } from './comparison.js';
import { SETTINGS, travelAlone, travelBehind } from './worlds.js';

jest.setTimeout(60_000);
beforeEach(() => void jest.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const front = { name: 'a rehearsal', options: { insecureReportOnly: true } };

it.each(SETTINGS)('on $framework, saveUninitialized: $saveUninitialized', async (setting) => {
  const { visits, events } = await travelBehind({ ...setting, front });
  const steps = compareJourneys(await travelAlone(setting), visits);
  expect(steps.filter(({ differences, changes }) => differences.length + changes.length > 0)).toEqual([]);
  expect(events).toEqual(expect.arrayContaining(['would.anonymise', 'would.cache.change']));
  expect(events.filter((code) => /^(?:guard|context|listener|predicate|swap)\./.test(code))).toEqual([]);
});
