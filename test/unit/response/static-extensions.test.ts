import { looksStatic, staticExtensions } from '../../../lib/response/static-extensions.js';

it('knows what is kept by default, of each kind', () => {
  const kinds = [
    'css',
    'js',
    'pdf',
    'csv',
    'zip',
    'woff2',
    'svg',
    'ico',
    'mp4',
    'docx',
    'exe',
    'txt',
    'map',
    'avif',
    'zst',
  ];
  expect(staticExtensions).toEqual(expect.arrayContaining(kinds));
});

it('leaves pages and answers of APIs alone', () => {
  const pages = ['html', 'htm', 'php', 'json', 'xml', 'com', 'org', 'net', 'io', 'ai', 'uk', 'de', ''];
  expect(staticExtensions.filter((extension) => pages.includes(extension))).toEqual([]);
});

it('has names in lower case, without a dot', () => {
  expect(staticExtensions.filter((extension) => !/^[a-z\d]+$/.test(extension))).toEqual([]);
});

it.each(staticExtensions)('knows .%s in either case, and its letters encoded', (extension) => {
  const encoded = [...extension].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');
  for (const end of [extension, extension.toUpperCase(), encoded]) expect(looksStatic(`/a/b.${end}`)).toBe(true);
  expect(looksStatic(`/a.${extension}/b`)).toBe(false);
});
