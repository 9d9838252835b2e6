/** A rehearsal of bind in front of the five-year-old app: nobody notices it, and it tells of renewals and logins by GET. */
import { compareJourneys } from './comparison.js';
import { FRONTS } from './fronts.js';
import { SETTINGS, travelAlone, travelBehind } from './worlds.js';

jest.setTimeout(60_000);
beforeEach(() => void jest.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const bound = FRONTS.find(({ options, deployedLater }) => options.bind !== undefined && !deployedLater);
const front = { name: 'a rehearsal of bind', options: { ...bound?.options, insecureReportOnly: true } };

it.each(SETTINGS)('on $framework, saveUninitialized: $saveUninitialized', async (setting) => {
  const { visits, events } = await travelBehind({ ...setting, front });
  const steps = compareJourneys(await travelAlone(setting), visits);
  expect(steps.filter(({ differences, changes }) => differences.length + changes.length > 0)).toEqual([]);
  expect(events).toEqual(expect.arrayContaining(['would.cookie.drop', 'would.cookie.set', 'login.on_get']));
  expect(events.filter((code) => /^(?:guard|context|listener|predicate|swap)\./.test(code))).toEqual([]);
});
