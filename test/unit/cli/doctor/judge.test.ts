/** Whose page came back, told from exchanges alone. */
import { credentialLines, credentialsIn, madeUp } from '../../../../lib/cli/doctor/credentials.js';
import { readingsOf } from '../../../../lib/cli/doctor/judge.js';
import type { Exchange, HeaderLine } from '../../../../lib/evidence/exchange.js';
import { credentialHash, newNonce, probeJson, weakTag } from '../../../../lib/probe/probe-page.js';

const [ADA, BOB] = ['a', 'b'].map((letter) => madeUp(letter.repeat(16))) as [string, string];
const NAMES = { cookies: [], headers: [] };

interface Got {
  readonly sent?: readonly string[];
  readonly nonce?: string;
  readonly reached?: readonly string[];
  readonly method?: string;
  readonly status?: number;
  readonly body?: string;
}

function exchange({ sent = [], nonce = '', reached = sent, method = 'GET', status = 200, body }: Got): Exchange {
  const headers: HeaderLine[] = sent.map((credential) => ['Cookie', `sid=${credential}`]);
  const bare = method === 'HEAD' || status === 304;
  const page = probeJson({ nonce, credentials: reached.map(credentialHash), method, names: NAMES });
  return {
    asker: null,
    origin: 'http://127.0.0.1',
    question: { method, path: '/', headers },
    answer: {
      status,
      headers: nonce === '' ? [] : [['ETag', weakTag(100, nonce)]],
      body: Buffer.from(bare ? '' : (body ?? page)),
    },
    failure: null,
    startedAt: 0,
    endedAt: 1,
    connection: 1,
  };
}

const kinds = (...got: Got[]) =>
  readingsOf(got.map(exchange)).map((reading) =>
    reading.kind === 'foreign' ? `foreign ${reading.owner}` : reading.kind,
  );
const [FOR_ADA, FOR_BOB, FOR_NOBODY] = [newNonce([ADA]), newNonce([BOB]), newNonce([])];

it.each<[string, Got[], string[]]>([
  [
    'pages of their own',
    [
      { sent: [ADA], nonce: FOR_ADA },
      { sent: [BOB], nonce: FOR_BOB },
    ],
    ['own', 'own'],
  ],
  [
    'a page of the other',
    [
      { sent: [ADA], nonce: FOR_ADA },
      { sent: [BOB], nonce: FOR_ADA, reached: [ADA] },
    ],
    ['own', 'foreign 0'],
  ],
  [
    'the page of the one who asked later',
    [
      { sent: [BOB], nonce: FOR_ADA, reached: [ADA] },
      { sent: [ADA], nonce: FOR_ADA },
    ],
    ['foreign 1', 'own'],
  ],
  [
    'an older page of the other',
    [
      { sent: [ADA], nonce: FOR_ADA },
      { sent: [BOB], nonce: newNonce([ADA]), reached: [ADA] },
    ],
    ['own', 'foreign 0'],
  ],
  ['a page from before', [{ sent: [ADA], nonce: FOR_BOB, reached: [BOB] }], ['foreign null']],
  [
    'a page of nobody for a user',
    [{ nonce: FOR_NOBODY }, { sent: [ADA], nonce: FOR_NOBODY, reached: [] }],
    ['own', 'foreign 0'],
  ],
  [
    'a page of a user for nobody',
    [
      { sent: [ADA], nonce: FOR_ADA },
      { nonce: FOR_ADA, reached: [ADA] },
    ],
    ['own', 'foreign 0'],
  ],
  ['a credential that was lost', [{ sent: [ADA], nonce: FOR_NOBODY, reached: [] }], ['lost']],
  [
    'credentials that were lost, and one page',
    [
      { sent: [ADA], nonce: FOR_NOBODY, reached: [] },
      { sent: [BOB], nonce: FOR_NOBODY, reached: [] },
    ],
    ['lost', 'lost'],
  ],
  ['one of two that was lost', [{ sent: [ADA, BOB], nonce: FOR_BOB, reached: [BOB] }], ['lost']],
  [
    'the same page again',
    [
      { sent: [ADA], nonce: FOR_ADA },
      { sent: [ADA], nonce: FOR_ADA },
    ],
    ['own', 'own'],
  ],
  [
    'a page without the credential of its user, then for a visitor',
    [{ sent: [ADA], nonce: FOR_NOBODY, reached: [] }, { nonce: FOR_NOBODY }],
    ['lost', 'own'],
  ],
  ['one page for two visitors', [{ nonce: FOR_NOBODY }, { nonce: FOR_NOBODY }], ['own', 'foreign 0']],
  ['pages of two visitors', [{ nonce: FOR_NOBODY }, { nonce: newNonce([]) }], ['own', 'own']],
  ['another page', [{ body: '<html></html>' }], ['none']],
])('%s', (_what, got, expected) => {
  expect(kinds(...got)).toEqual(expected);
});

it.each([{ method: 'HEAD' }, { status: 304 }])('tells by the ETag where there is no body: %j', (bare) => {
  expect(kinds({ sent: [ADA], nonce: FOR_ADA, ...bare })).toEqual(['own']);
  expect(kinds({ sent: [BOB], nonce: FOR_ADA, ...bare }, { sent: [ADA], nonce: FOR_ADA })).toEqual([
    'foreign 1',
    'own',
  ]);
  expect(kinds({ sent: [BOB], nonce: FOR_NOBODY, ...bare })).toEqual(['lost']);
  expect(kinds({ sent: [BOB], ...bare })).toEqual(['none']);
});

it('says why nothing can be said', () => {
  const failed: Exchange = { ...exchange({}), answer: null, failure: 'reset' };
  expect(readingsOf([failed, exchange({ body: 'x', status: 403 }), exchange({ method: 'HEAD' })])).toEqual([
    { kind: 'none', why: 'no answer (reset)' },
    { kind: 'none', why: 'answered 403' },
    { kind: 'none', why: '200 without the ETag' },
  ]);
});

it('puts credentials where apps look for them, and finds them again', () => {
  const headers = [
    ...credentialLines({ in: 'cookie', name: 'sid' }, ADA),
    ...credentialLines({ in: 'doubled cookie', name: 'sid' }, ADA),
    ...credentialLines({ in: 'header', name: 'Authorization' }, ADA),
    ...credentialLines({ in: 'header', name: 'X-Key' }, ADA),
  ];
  expect(headers.map(([name, value]) => `${name}: ${value}`)).toEqual([
    `Cookie: sid=${ADA}`,
    `Cookie: sid=${madeUp('0'.repeat(16))}; sid=${ADA}`,
    `Authorization: Bearer ${ADA}`,
    `X-Key: ${ADA}`,
  ]);
  expect(credentialsIn({ headers })).toEqual([ADA, madeUp('0'.repeat(16)), ADA, ADA, ADA]);
  expect(credentialLines({ in: 'cookie', name: 'sid' }, null)).toEqual([]);
});
