/** With guard() in front of a five-year-old app nobody notices anything, but caches. */
import { silentStderr } from '../helpers/silent-stderr.js';
import { compareJourneys, type Step } from './comparison.js';
import { cookieRulesIn, type Exception, exceptionsIn } from './exceptions.js';
import { FRONTS, REHEARSAL } from './fronts.js';
import { DEPLOYED_AFTER } from './journey.js';
import type { Visit } from './visit.js';
import { SETTINGS, type Travelled, travelAlone, travelBehind, type World } from './worlds.js';

/** A journey is some 130 requests, one after the other. */
jest.setTimeout(60_000);

describe.each(SETTINGS)('the old app on $framework with saveUninitialized: $saveUninitialized', (setting) => {
  let alone: readonly Visit[];
  beforeAll(async () => {
    alone = await travelAlone(setting);
  });

  it('does on its own what the journey expects', () => {
    const wrong = alone.filter(({ status, expected }) => status !== expected);
    expect(wrong.map(({ step, status }) => `${step}: ${status}`)).toEqual([]);
  });

  it('names each step once', () => {
    const names = alone.map(({ step }) => step);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('answers two journeys alike, so that what differs is the guard', async () => {
    const steps = compareJourneys(alone, await travelAlone(setting));
    expect(steps.filter(({ differences, changes }) => differences.length + changes.length > 0)).toEqual([]);
  });

  it('does not change at all in a rehearsal, which tells what would', async () => {
    const { travelling } = silentStderr(() => ({ travelling: travelBehind({ ...setting, front: REHEARSAL }) }));
    const { visits, events } = await travelling;
    const steps = compareJourneys(alone, visits);
    expect(steps.filter(({ differences, changes }) => differences.length + changes.length > 0)).toEqual([]);
    expect(events).toEqual(expect.arrayContaining(['would.anonymise', 'would.cache.change', 'would.cookie.drop']));
  });

  describe.each(FRONTS)('behind $name', (front) => {
    const world: World = { ...setting, front };
    let behind: Travelled;
    let steps: readonly Step[];
    beforeAll(async () => {
      behind = await travelBehind(world);
      steps = compareJourneys(alone, behind.visits, cookieRulesIn(world));
    });

    it('differs for nobody, except where the rules say so', () => {
      const different = steps.filter(({ differences }) => differences.length > 0);
      expect(Object.fromEntries(different.map((step) => [step.step, answersOf(step)]))).toEqual(
        Object.fromEntries(exceptionsIn(world).map(({ step, instead }) => [step, matching(instead)])),
      );
    });

    it('is shareable for no user any more, except what is declared public', () => {
      const guarded = front.deployedLater ? afterDeployment(steps) : steps;
      const isDeclared = (step: string) => front.options.public !== undefined && step.endsWith(' GET /public/site.css');
      expect(guarded.filter(({ shareable }) => shareable.without).length).toBeGreaterThan(50);
      expect(guarded.filter(({ step, shareable }) => shareable.with && !isDeclared(step))).toEqual([]);
    });

    it('has no event that calls for somebody at night, but for the two sessions of one request', () => {
      expect(behind.events.filter((code) => /^(?:guard|context|listener|predicate|swap)\./.test(code))).toEqual([]);
      expect(behind.events).toContain('cache.violation');
    });

    it('ties sessions to browsers only with bind', () => {
      const logins = behind.visits.filter(({ step }) => /POST \/login(?: \(as alice\))?$/.test(step));
      const tagged = logins.map(({ cookies }) => cookies.includes('dev-PORT-owner'));
      expect(tagged).toEqual([
        front.options.bind !== undefined && !front.deployedLater,
        front.options.bind !== undefined,
      ]);
    });
  });
});

function afterDeployment(steps: readonly Step[]): readonly Step[] {
  return steps.slice(steps.findIndex(({ step }) => step === DEPLOYED_AFTER) + 1);
}

/** What left behind the guard where it differs, by what it is. */
function answersOf({ differences }: Step): Record<string, string> {
  return Object.fromEntries(differences.map((difference) => [difference.what, difference.with]));
}

function matching(instead: Exception['instead']): Record<string, unknown> {
  const entries = Object.entries(instead);
  return Object.fromEntries(
    entries.map(([what, value]) => [what, value instanceof RegExp ? expect.stringMatching(value) : value]),
  );
}
