/** The time of an app whose pages take long, shared out among the experiments. */
import { runSwapSuite } from '../../../../lib/testing/index.js';
import { evident, Shares } from '../../../../lib/testing/suite/shares.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

it('a quick app is asked all for as long as there is time', () => {
  expect(new Shares(20).of(40_000, 40)).toBe(40_000);
  expect(new Shares().of(40_000, 40)).toBe(40_000);
});

it('a slow one has shares, that grow as experiments end early', () => {
  expect(new Shares(300).of(40_000, 40)).toBe(1_500);
  expect(new Shares(300).of(40_000, 20)).toBe(3_000);
  expect(new Shares(300).of(4_000, 20)).toBe(1_000);
  expect(new Shares(300).of(500, 20)).toBe(500);
});

it('keeps what an answer showed, and nothing that was concluded from one that did not come', () => {
  const found = { mechanism: 'M1', title: 'a', owner: 'ada', receiver: 'bob', exchanges: [], detail: '' } as const;
  const leak = { name: null, offset: null, excerpt: '' };
  expect(evident({ ...found, leak: { ...leak, where: 'body' } })).toBe(true);
  expect(evident({ ...found, leak: { ...leak, where: 'side effect' } })).toBe(false);
  expect(evident(found)).toBe(false);
});

it('tries something of each in a slow app, and says of what it did not try all', async () => {
  const slow = () =>
    smallApp({ account: (req, res) => void setTimeout(() => res.send(`account of ${req.session.user}`), 600) });
  const { findings, asked, notCovered } = await runSwapSuite({
    app: slow,
    login: '/login',
    whoami: '/whoami',
    routes: ['/account'],
    mechanisms: ['M1', 'M7'],
    deadline: 12_000,
  });
  expect(findings).toEqual([]);
  expect(asked.length).toBeGreaterThan(1);
  expect(notCovered.map(({ what }) => what).join('\n')).toMatch(/^the rest of: /m);
});
