import { settingsOf } from '../../../../lib/cli/doctor/options.js';

const URL = 'http://127.0.0.1:80/';

it('repeats a run by a command that holds no value of a header', () => {
  const { replay } = settingsOf({
    url: `${URL}?a=1&b=2`,
    thorough: true,
    headers: ['X-Gate: open sesame', 'X-Key'],
    cookieNames: ['sid'],
    alsoHosts: ['b.test'],
    ownsHost: true,
    insecureTls: true,
    seed: 's1',
  });
  expect(replay).toBe(
    `npx swapproof doctor '${URL}?a=1&b=2' --thorough --header 'X-Gate: ...' --header X-Key --cookie-name sid ` +
      '--also-host b.test --i-own-this-host --insecure-tls --seed s1',
  );
});

it('asks little unless told otherwise', () => {
  expect(settingsOf({ url: URL }).limits).toEqual({ requests: 60, seconds: 10 });
  expect(settingsOf({ url: URL, thorough: true }).limits).toEqual({ requests: 600, seconds: 60 });
  expect(settingsOf({ url: URL, limits: { requests: 5 } }).limits).toEqual({ requests: 5, seconds: 10 });
});

it('sends headers that have a value, and gives credentials in all', () => {
  const { sentHeaders, credentialHeaders } = settingsOf({ url: URL, headers: ['X-Gate: a: b', 'X-Key', 'X-Empty:'] });
  expect(sentHeaders).toEqual([['X-Gate', 'a: b']]);
  expect(credentialHeaders).toEqual(['X-Gate', 'X-Key', 'X-Empty']);
});

it('has a seed of its own for each run', () => {
  expect(settingsOf({ url: URL }).seed).not.toBe(settingsOf({ url: URL }).seed);
});
