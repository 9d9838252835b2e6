import { fromBearer, presentedTokens, stripTokens, toBearer } from '../../../lib/session/bearer.js';
import { seal } from '../../../lib/session/seal.js';
import { keyring, token } from '../../helpers/tokens.js';
import { fakeRequest } from '../../helpers/wire.js';

const set = (...headers: [name: string, value: string][]) => ({
  all: headers.map(([name, value]) => ({ kind: 'header', name, value }) as const),
  contradicted: [],
  repeated: [],
  lookalikes: [],
});

describe('a token', () => {
  it('is a seal spelled as RFC 6750 wants it, and has one spelling', async () => {
    const sealed = await seal(keyring(), token(), 'token');
    const spelled = toBearer(sealed);
    expect(spelled).toMatch(/^[\w.~+/-]+=*$/);
    expect(fromBearer(spelled)).toBe(sealed);
    for (const other of [sealed, ` ${spelled}`, `${spelled}x`, spelled.replace('Fe26.2.', 'Fe26*2.'), '', 'Fe26.2']) {
      expect(fromBearer(other)).toBeNull();
    }
  });
});

describe('presentedTokens()', () => {
  it.each<[string, [string, string][], readonly string[]]>([
    ['a bearer', [['authorization', 'Bearer Fe26.2.a~2']], ['Fe26.2.a~2']],
    ['a bearer in any case', [['authorization', 'bEARER  Fe26.2.a~2']], ['Fe26.2.a~2']],
    ['a session token', [['x-session-token', 'Fe26.2.a~2']], ['Fe26.2.a~2']],
    [
      'the same one twice',
      [
        ['authorization', 'Bearer Fe26.2.a~2'],
        ['x-session-token', 'Fe26.2.a~2'],
      ],
      ['Fe26.2.a~2'],
    ],
    [
      'two',
      [
        ['authorization', 'Bearer Fe26.2.a~2'],
        ['authorization', 'Bearer Fe26.2.b~2'],
      ],
      ['Fe26.2.a~2', 'Fe26.2.b~2'],
    ],
    ['a cookie sent as a bearer', [['authorization', 'Bearer Fe26.2*a~2']], ['Fe26.2*a~2']],
    ['Basic auth', [['authorization', 'Basic Fe26.2.a~2']], []],
    ['two in one line', [['authorization', 'Bearer Fe26.2.a~2, Bearer Fe26.2.b~2']], []],
    ["another service's bearer", [['authorization', 'Bearer eyJhbGciOi']], []],
    ["another service's session token", [['x-session-token', 'ory_st_x']], []],
    ['another header', [['x-api-key', 'Fe26.2.a~2']], []],
  ])('finds in %s', (_what, headers, found) => expect(presentedTokens(set(...headers))).toEqual(found));

  it('never looks at cookies', () => {
    const cookie = { kind: 'cookie', name: 'authorization', value: 'Bearer Fe26.2.a~2' } as const;
    expect(presentedTokens({ ...set(), all: [cookie] })).toEqual([]);
  });

  it('takes time in proportion to its input', () => {
    const line = `Bearer ${' '.repeat(50_000)}${'x '.repeat(50_000)}`;
    const before = performance.now();
    expect(presentedTokens(set(['authorization', line]))).toEqual([]);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});

it('stripTokens() takes tokens away wherever an app could read them, and leaves the other lines', () => {
  const headers: [string, string][] = [
    ['Authorization', 'Basic YWRtaW4='],
    ['X-Session-Token', 'Fe26.2.a~2'],
  ];
  const req = fakeRequest({ method: 'GET', url: '/', headers });
  stripTokens(req);
  expect(req.headers).toEqual({ authorization: 'Basic YWRtaW4=' });
  expect(req.rawHeaders.join()).not.toContain('Fe26');
  expect(req.headersDistinct['x-session-token']).toBeUndefined();
});
