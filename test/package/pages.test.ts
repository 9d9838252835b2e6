/** Every block of code in docs/ compiles; pages that say so also run, outside jest, against the packed package. */
import { readdirSync, readFileSync } from 'node:fs';
import { asProgram, codeOf, diagnosticsOf, hiddenCodeOf, transpiled } from './documented-code.js';
import { runProgram } from './packed.js';

const pages = readdirSync('docs')
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ name: file.replace('.md', ''), text: readFileSync(`docs/${file}`, 'utf8') }));

const withCode = pages.filter(({ text }) => codeOf(text).length > 0);
const running = withCode.filter(({ text }) => hiddenCodeOf(text, 'run') !== null);

it('finds pages with code, and some that run', () => {
  expect(withCode.map(({ name }) => name)).toEqual(expect.arrayContaining(['passport', 'tests']));
  expect(running.map(({ name }) => name)).toEqual(expect.arrayContaining(['passport', 'tests']));
});

it('has code that compiles', () => {
  const given = (text: string) => hiddenCodeOf(text, 'given') ?? '';
  const programs = withCode.map(({ name, text }) => [name, asProgram(codeOf(text), given(text))]);
  const complaints = diagnosticsOf(Object.fromEntries(programs));
  expect(complaints).toEqual(Object.fromEntries(withCode.map(({ name }) => [name, []])));
}, 60_000);

it.each(running)(
  'runs: $name',
  async ({ name, text }) => {
    const [first = ''] = codeOf(text);
    const program = asProgram([first], hiddenCodeOf(text, 'given') ?? '') + hiddenCodeOf(text, 'run');
    const { code, stdout, stderr } = await runProgram('app-with-libsql', `${name}.mjs`, transpiled(program));
    expect({ code, stderr, stdout: code === 0 ? '' : stdout }).toEqual({ code: 0, stderr: '', stdout: '' });
  },
  30_000,
);

/** As GitHub names them. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

it('links to pages and headings that are there', () => {
  const anchors = new Map(pages.map(({ name, text }) => [`${name}.md`, anchorsOf(text)]));
  const broken = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/\]\((?!https?:|\.\.\/)([^)#]*)#?([^)]*)\)/g)]
      .filter(([, page = '', anchor = '']) => {
        const known = anchors.get(page || `${name}.md`);
        return known === undefined || (anchor !== '' && !known.includes(anchor));
      })
      .map(([link]) => `${name}: ${link}`),
  );
  expect(broken).toEqual([]);
});
