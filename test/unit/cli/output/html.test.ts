/** The page: what stands where, and that it holds nothing that loads, runs or leads elsewhere. A browser opens it in test/browser. */
import { htmlReport } from '../../../../lib/cli/output/html.js';
import { HOSTILE } from '../../../helpers/hostile.js';
import { CANNOT_TELL, CLEAN, sampleFinding, sampleReport } from '../../../helpers/sample-report.js';

const textOf = (html: string) =>
  html
    .replace(/<style>[\s\S]*<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

it('begins with the verdict, then what was asked and what not', () => {
  expect(textOf(htmlReport(sampleReport()))).toMatch(
    /^ *Swapped: swapproof hammer Swapped : bob received the page of ada Asked: M6-M8, M11 \(3,200 requests, 2 people, 12\.4 s\)\. Not asked: M29\./,
  );
});

it('tells of a finding all that the text does', () => {
  const text = textOf(htmlReport(sampleReport()));
  for (const part of [
    '1. bob received the page of ada (M11)',
    'leaked body, byte 7: &lt;h1&gt;canary-ada-1&lt;/h1&gt;',
    'line routes/account.js:12:5',
    'resembles Railway',
    'prevent Mount',
    'Cookie: sid=sha256:459165531630',
    'Cookie: sid=sha256:f6dbcfeb957b',
    'npx swapproof hammer http://127.0.0.1:3000 --seed k3f9',
  ]) {
    expect(text).toContain(part);
  }
});

it.each([
  ['clean', CLEAN, /Clean : nobody received/],
  ['cannot tell', CANNOT_TELL, /Cannot tell : no two .* Asked nothing Not asked mail/],
])('tells what is %s without findings or lanes', (_name, more, text) => {
  const html = htmlReport(sampleReport({ ...more, timeline: [] }));
  expect(textOf(html)).toMatch(text);
  expect(html).not.toMatch(/<svg|<article/);
});

const TAGS =
  'html head meta title style body header h1 h2 h3 h4 p span code pre main section article dl dt dd mark div svg g rect text path polygon circle details summary table thead tbody tr th td ul li'.split(
    ' ',
  );
const ATTRIBUTES =
  'lang charset http-equiv content name class id aria-labelledby aria-label aria-hidden role tabindex scope width height viewBox x y rx d points cx cy r'.split(
    ' ',
  );

it.each(HOSTILE.map((hostile) => [hostile.slice(0, 40), hostile]))(
  'holds no element and no attribute of %j',
  (_name, hostile) => {
    const finding = sampleFinding(
      {
        title: hostile,
        owner: hostile,
        receiver: hostile,
        detail: hostile,
        at: hostile,
        leak: { where: 'body', name: hostile, offset: 1, excerpt: hostile },
      },
      hostile,
    );
    const exchanges = finding.exchanges.map((exchange) => ({
      ...exchange,
      asker: hostile,
      url: hostile,
      method: hostile,
      curl: hostile,
    }));
    const html = htmlReport(
      sampleReport({
        findings: [{ ...finding, exchanges }],
        timeline: exchanges,
        summary: hostile,
        target: hostile,
        seed: hostile,
        people: [hostile],
      }),
    );
    const tags = [...html.matchAll(/<\/?([a-zA-Z!?%/][^\s>/]*)((?:[^>"]|"[^"]*")*)>/g)].filter(
      ([, tag]) => tag !== '!doctype',
    );
    expect([...new Set(tags.map(([, tag]) => tag))].filter((tag = '') => !TAGS.includes(tag))).toEqual([]);
    const attributes = tags.flatMap(([, , rest = '']) =>
      [...rest.matchAll(/([^\s="/]+)(?:="[^"]*")?/g)].map(([, name]) => name),
    );
    expect([...new Set(attributes)].filter((name = '') => !ATTRIBUTES.includes(name))).toEqual([]);
    expect(html).toMatch(/^[\x20-\x7e\n]+$/);
  },
);

it('loads nothing', () => {
  const html = htmlReport(sampleReport());
  expect(html).toContain(
    `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
  );
  expect(html).not.toMatch(/url\(|@import|\b(?:src|href|srcset)=/);
});

it('shows 50 findings in full and counts the others', () => {
  const html = htmlReport(sampleReport({ findings: Array.from({ length: 60 }, () => sampleFinding()) }));
  expect(html.match(/<article/g)).toHaveLength(50);
  expect(html).toContain('And 10 further findings: --json has all of them.');
});
