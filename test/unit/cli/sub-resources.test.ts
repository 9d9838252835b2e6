import { subResourcesOf } from '../../../lib/cli/sub-resources.js';

const found = (html: string) =>
  subResourcesOf(html, new URL('http://app.test/a/page')).map(({ href }) => href.slice(15));

it('finds what a browser fetches by itself, each once, of the same origin', () => {
  const html = `
    <link rel="stylesheet" href="/a.css"><link rel='shortcut icon' href=icon.ico><link rel=modulepreload href="m.js">
    <script src="b.js?x=1&amp;y=2#z"></script><script>"<img src=/no.png>"</script><script src="/a.css"></script>
    <IMG SRC="/c.png"><video src="v.mp4"><source src="v.webm"></video><iframe src="/frame"></iframe>`;
  expect(found(html)).toEqual([
    '/a.css',
    '/a/icon.ico',
    '/a/m.js',
    '/a/b.js?x=1&y=2',
    '/c.png',
    '/a/v.mp4',
    '/a/v.webm',
    '/frame',
  ]);
});

it.each([
  ['links that are only followed', '<a href="/x"></a><link rel="canonical" href="/y"><form action="/z">'],
  ['other sites', '<script src="//cdn.test/x.js"></script><img src="https://app.test/x.png">'],
  ['what is no URL', '<script src="http://["></script><img src="">'],
  ['comments', '<!-- <script src="/x.js"></script> -->'],
  ['data', '<img src="data:image/png;base64,AAAA">'],
])('leaves out %s', (_what, html) => {
  expect(found(html)).toEqual([]);
});

it('follows the base of the page', () => {
  expect(found('<base href="/b/"><script src="x.js"></script>')).toEqual(['/b/x.js']);
  expect(found('<base href="http://["><script src="x.js"></script>')).toEqual(['/a/x.js']);
});
