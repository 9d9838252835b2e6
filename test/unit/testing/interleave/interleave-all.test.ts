/** Several requests: fast-check chooses the order, and makes the one that fails as simple as it can. */
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import * as fc from 'fast-check';
import { type InterleaveAllOptions, interleaveAll, type OutcomeOfAll } from 'swapproof/testing';
import { loadFastCheck } from '../../../../lib/testing/interleave/fast-check.js';
import { inEnvironment } from '../../../helpers/kit-app.js';
import { rejectionOf } from '../../../helpers/thrown.js';
import { as, textOf } from './support.js';
import { app as appOf, ownMemory, sharedMemory, userOf } from './ways.js';

const USERS = ['ada', 'bob', 'cy'];
const own = ({ answers }: OutcomeOfAll<string>) =>
  answers.join() === USERS.join() ? null : `they got the pages of ${answers.join(', ')}`;
const search = (app: RequestListener, options: Partial<InterleaveAllOptions<string>> = {}) =>
  interleaveAll({ app, requests: USERS.map((user) => as(user)), check: own, ...options });

it('finds an order that fails, and shows its simplest form', async () => {
  const { ok, finding, stops, path } = await search(appOf('core fs', sharedMemory()), { seed: 1 });
  expect(ok).toBe(false);
  expect(finding?.problem).toMatch(/^they got the pages of /);
  // Two are enough: one begins while another one waits. The third only takes part.
  expect(finding?.order).toHaveLength(6);
  expect(finding?.order.filter((step) => step.endsWith('begins'))).toHaveLength(3);
  expect(finding?.order).toContainEqual(
    expect.stringMatching(/^\d goes on at test\/unit\/testing\/interleave\/ways\.ts:\d+:\d+$/),
  );
  expect(stops.map(textOf)).toEqual([expect.stringContaining('// waits')]);
  expect(path).not.toBeNull();
});

it('repeats a search by its seed, and its finding alone by its path', async () => {
  const app = appOf('util.promisify', sharedMemory());
  const { finding, seed, path } = await search(app);
  const again = await search(app, { seed });
  expect(again).toMatchObject({ seed, path, finding: { order: finding?.order } });
  const alone = await search(app, { seed, path: path ?? '' });
  expect(alone).toMatchObject({ runs: 1, finding: { order: finding?.order } });
});

it('has nothing to say of an app that is right', async () => {
  const { ok, finding, runs } = await search(appOf('core fs', ownMemory()), { runs: 30 });
  expect({ ok, finding, runs }).toEqual({ ok: true, finding: null, runs: 30 });
});

it('finds what takes three', async () => {
  let inside = 0;
  const app: RequestListener = async (req, res) => {
    inside++;
    await readFile(__filename);
    const user = inside === 3 ? 'everybody' : userOf(req);
    inside--;
    res.end(user);
  };
  const before = () => {
    inside = 0;
  };
  const { finding } = await search(app, { before });
  expect(finding?.order.slice(0, 3)).toEqual(expect.arrayContaining(['1 begins', '2 begins', '3 begins']));
});

it('lets those go on that others wait for', async () => {
  let free: Promise<unknown> = Promise.resolve();
  const app: RequestListener = (req, res) => {
    free = free.then(async () => {
      await readFile(__filename);
      res.end(userOf(req));
    });
  };
  const { ok } = await search(app, { runs: 5, waitForOthers: 5 });
  expect(ok).toBe(true);
});

it('ends with what the app throws', async () => {
  const app: RequestListener = () => {
    throw new Error('of the app');
  };
  await expect(search(app)).rejects.toThrow('of the app');
});

it('ends if nobody is answered', async () => {
  expect(await rejectionOf(search(() => {}, { answerWithin: 20 }))).toMatchObject({
    code: 'ERR_INTERLEAVE_UNFINISHED',
  });
});

it('ends if senders fail', async () => {
  await expect(
    search(() => {}, { requests: [as(''), () => Promise.reject(new Error('of the sender'))] }),
  ).rejects.toThrow('of the sender');
});

it('takes fast-check as an option', async () => {
  const { ok } = await search(appOf('core fs', ownMemory()), { runs: 2, fastCheck: fc });
  expect(ok).toBe(true);
});

it('says what to install where fast-check is not', async () => {
  jest.doMock('fast-check', () => {
    throw new Error('not found');
  });
  expect(await rejectionOf(loadFastCheck(undefined))).toMatchObject({
    code: 'ERR_TESTING_DEPENDENCY',
    message: expect.stringContaining('npm install --save-dev fast-check'),
  });
  jest.dontMock('fast-check');
});

it('is refused in production and for wrong options', async () => {
  const app = appOf('core fs', ownMemory());
  const error = await inEnvironment('production', () => rejectionOf(search(app, { fastCheck: fc })));
  expect(error.code).toBe('ERR_TESTING_IN_PRODUCTION');
  for (const options of [
    { requests: [] },
    { requests: [as('ada')] },
    { check: undefined },
    { a: as('ada') },
    { runs: 0 },
  ]) {
    const refused = await rejectionOf(search(app, options as object));
    expect(refused).toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      message: expect.stringMatching(/^interleaveAll\(\)/),
    });
  }
});
