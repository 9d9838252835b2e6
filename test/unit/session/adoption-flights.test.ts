import { type Adopted, AdoptionFlights } from '../../../lib/session/adoption-flights.js';
import { formerOf } from '../../../lib/session/former.js';
import { isSessionId } from '../../../lib/session/token.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { deferred } from '../../helpers/deferred.js';
import { token } from '../../helpers/tokens.js';

const MINUTE = 60_000;
const adopted = (root: string): Adopted => ({ token: token({ root }), sealed: `sealed ${root}` });

function setUp() {
  const clock = fakeClock();
  return { clock, flights: new AdoptionFlights(clock) };
}

it('those who come while an adoption is under way wait for it, and for a minute after it began', async () => {
  const { clock, flights } = setUp();
  const held = deferred<Adopted>();
  const begin = jest.fn(() => held.promise);
  const both = [flights.join('r', begin), flights.join('r', begin)];
  held.resolve(adopted('r'));
  const [one, other] = await Promise.all(both);
  expect([one === other, begin.mock.calls.length]).toEqual([true, 1]);
  clock.advance(MINUTE - 1);
  expect(await flights.join('r', begin)).toBe(one);
  expect(begin).toHaveBeenCalledTimes(1);
  clock.advance(1);
  await flights.join('r', begin);
  expect(begin).toHaveBeenCalledTimes(2);
});

it('one that failed is nobody to wait for, and is tried anew', async () => {
  const { flights } = setUp();
  const failing = flights.join('r', () => Promise.reject(new Error('away')));
  await expect(failing).rejects.toThrow('away');
  expect((await flights.join('r', async () => adopted('r'))).sealed).toBe('sealed r');
});

it('what was begun is known for a minute, by its own root', () => {
  const { clock, flights } = setUp();
  const { token: begun } = adopted('r');
  flights.begin(begun);
  expect([flights.begun('r'), flights.begun('s')]).toEqual([begun, null]);
  clock.advance(MINUTE);
  expect(flights.begun('r')).toBeNull();
});

it('is bounded: the oldest are forgotten', async () => {
  const { flights } = setUp();
  for (let each = 0; each < 10_001; each++) {
    await flights.join(`r${each}`, async () => adopted('r'));
    flights.begin(token({ root: `r${each}` }));
  }
  const joined = async (root: string) =>
    (await flights.join(root, async () => ({ ...adopted(root), sealed: 'anew' }))).sealed;
  expect([await joined('r1'), await joined('r0')]).toEqual(['sealed r', 'anew']);
  expect([flights.begun('r0'), flights.begun('r1')]).toEqual([null, expect.anything()]);
});

it("a former session's root is the same everywhere, another for each cookie name and id, and tells nothing of the id", () => {
  const { root, id } = formerOf('connect.sid', 'secret-id');
  expect([formerOf('connect.sid', 'secret-id').root, isSessionId(root), id]).toEqual([root, true, 'secret-id']);
  const others = [
    formerOf('sid', 'secret-id'),
    formerOf('connect.sid', 'secret-i'),
    formerOf('connect.sids', 'ecret-id'),
  ];
  expect(new Set([root, ...others.map((each) => each.root)]).size).toBe(4);
  expect(root).not.toContain('secret');
});
