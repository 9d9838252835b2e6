import type { Exchange } from '../../../lib/evidence/exchange.js';
import { excerpt, hashOf, shown, withoutSecrets } from '../../../lib/evidence/shown.js';

const SECRET = 'kT8f0aZq1LmN2oPq3RsT4uVw5XyZ6';

function exchange(question: Partial<Exchange['question']>, headers: [string, string][] = []): Exchange {
  return {
    asker: 'ada',
    origin: 'http://127.0.0.1:3000',
    question: { method: 'GET', path: '/', headers: [], ...question },
    answer: { status: 200, headers, body: Buffer.alloc(0) },
    failure: null,
    startedAt: 10,
    endedAt: 12,
    connection: 3,
  };
}

it.each([
  ['a cookie', exchange({ headers: [['Cookie', `a=1; sid=${SECRET}`]] })],
  ['a bearer', exchange({ headers: [['Authorization', `Bearer ${SECRET}`]] })],
  ['a key', exchange({ headers: [['X-Api-Key', SECRET]] })],
  ['a set cookie', exchange({}, [['Set-Cookie', `sid=${SECRET}; Path=/; HttpOnly`]])],
  ['a query', exchange({ path: `/callback?code=${SECRET}&state=x` })],
  ['a query of another name', exchange({ path: `/in?session=${SECRET}&jwt=${SECRET.slice(0, 12)}` })],
  ['a query that looks secret', exchange({ path: `/in?x=${SECRET}` })],
  ['a path parameter', exchange({ path: `/in;jsessionid=${SECRET}?a=1` })],
  ['where it leads', exchange({}, [['Location', `/magic?token=${SECRET}`]])],
  ['what only the browser reads', exchange({}, [['Location', `/callback#access_token=${SECRET}&expires_in=60`]])],
  ['where it leads later', exchange({}, [['Refresh', `0; url=/magic?token=${SECRET}`]])],
  ['a form', exchange({ method: 'POST', body: `name=ada&password=${SECRET}` })],
  [
    'JSON',
    exchange({ method: 'POST', body: JSON.stringify({ name: 'ada', password: SECRET, more: { pin: SECRET } }) }),
  ],
  ['other bodies', exchange({ method: 'POST', body: `<a>${SECRET}</a>` })],
])('hashes %s', (_name, raw) => {
  const text = JSON.stringify(shown(raw, 10));
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(SECRET.slice(0, 8));
});

it('keeps what helps to find the cause: names, attributes, the time since the run began', () => {
  const raw = exchange({ headers: [['Cookie', 'sid=abc']] }, [['Set-Cookie', 'sid=abc; Path=/; HttpOnly']]);
  expect(shown(raw, 4)).toMatchObject({
    requestHeaders: [['Cookie', `sid=${hashOf('abc')}`]],
    responseHeaders: [['Set-Cookie', `sid=${hashOf('abc')}; Path=/; HttpOnly`]],
    startedAt: 6,
    endedAt: 8,
  });
});

it('leaves of a URL what is no secret', () => {
  const url = 'http://127.0.0.1/;/%2e/x;v=1?next=/a/long/path/to/somewhere/else&date=2026-11-25T10:00:00&a==&b?c=1#top';
  expect(withoutSecrets(url)).toBe(url);
});

it('writes a command that a shell takes as one, whatever is in it', () => {
  const raw = exchange({ method: 'POST', path: "/it's", headers: [['X-A', "a'b$(id)"]], body: "n=o'k" });
  expect(shown(raw, 0).curl).toBe(
    "curl --include --request POST --header 'X-A: a'\\''b$(id)' --data-raw 'n=o%27k' --path-as-is 'http://127.0.0.1:3000/it'\\''s'",
  );
});

it('shows what leaked and hashes what else looks like a secret', () => {
  const text = `{"name":"canary-ada-1","token":"${SECRET}"}`;
  const part = excerpt(text, text.indexOf('canary'), 12);
  expect(part).toContain('"name":"canary-ada-1"');
  expect(part).not.toContain(SECRET.slice(0, 8));
});
