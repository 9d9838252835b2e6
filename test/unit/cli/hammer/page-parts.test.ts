import { partsOf } from '../../../../lib/cli/hammer/page-parts.js';
import type { Exchange } from '../../../../lib/evidence/exchange.js';

function page(html: string, type = 'text/html; charset=utf-8'): Exchange {
  return {
    asker: 'ada',
    origin: 'http://127.0.0.1:3000',
    question: { method: 'GET', path: '/shop/cart?a=1', headers: [] },
    answer: { status: 200, headers: [['Content-Type', type]], body: Buffer.from(html) },
    failure: null,
    startedAt: 0,
    endedAt: 0,
    connection: 1,
  };
}

it('finds what a browser loads for a page, each once, in order', () => {
  const html = `<link rel="stylesheet" href="/style.css"><link rel="shortcut icon" href="icon.ico">
    <script src="../app.js?v=1&amp;w=2"></script><img src=logo.png><img src="/shop/logo.png"><iframe src="/frame"></iframe>`;
  expect(partsOf(page(html))).toEqual(['/style.css', '/shop/icon.ico', '/app.js?v=1&w=2', '/shop/logo.png', '/frame']);
});

it('leaves out other sites, links that are only followed, data, the page itself, and what is no HTML', () => {
  const html = `<script src="https://cdn.example/x.js"></script><a href="/logout">x</a><link rel="next" href="/2">
    <img src="data:image/png;base64,AA"><img src="/shop/cart?a=1"><img src="http://[bad/"><script>1</script>`;
  expect(partsOf(page(html))).toEqual([]);
  expect(partsOf(page('<script src="/x.js"></script>', 'application/json'))).toEqual([]);
  expect(partsOf({ ...page(''), answer: null })).toEqual([]);
});

it('resolves against the base of the page, and stops after twenty', () => {
  expect(partsOf(page('<base href="/static/"><script src="x.js"></script>'))).toEqual(['/static/x.js']);
  const many = Array.from({ length: 30 }, (_none, index) => `<img src="/${index}.png">`).join('');
  expect(partsOf(page(many))).toHaveLength(20);
});
