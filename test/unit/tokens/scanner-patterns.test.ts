/** The patterns that the README and docs/service-tokens.md give to secret scanners find every token, and nothing that is none. */
import { readFileSync } from 'node:fs';
import { TokenForm } from '../../../lib/tokens/token-text.js';

const pages = ['README.md', 'docs/service-tokens.md'].map((name) => readFileSync(name, 'utf8'));
const rules = pages.map((page) => /```toml\n(?:.*?\n)?(\[\[rules\]\]\n.*?)```/s.exec(page)?.[1] ?? '');
const [rule = ''] = rules;
const [, inRule = ''] = /^regex = '''(.*)'''$/m.exec(rule) ?? [];
const texts = pages.map((page) => /```text\n(.*acme_.*)\n```/.exec(page)?.[1] ?? '');
const [inText = ''] = texts;
const [, keyword = '?'] = /^keywords = \["(.*)"\]$/m.exec(rule) ?? [];
const entropy = Number(/^entropy = (.*)$/m.exec(rule)?.[1]);

const form = new TokenForm('acme');
const tokens = Array.from({ length: 500 }, () => form.mint());

/** Bits a character, as gitleaks counts it. */
function shannon(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return -[...counts.values()].reduce((sum, count) => sum + (count / text.length) * Math.log2(count / text.length), 0);
}

it('is one pattern, as a text and as a rule of gitleaks, on both pages', () => {
  expect(inRule).toBe(inText);
  expect(inText).not.toBe('');
  expect([texts[1], rules[1]]).toEqual([inText, rule]);
});

it.each([
  ['alone', (token: string) => token],
  ['in a line of curl', (token: string) => `curl -H 'Authorization: Bearer ${token}' https://api.example`],
  ['in JSON', (token: string) => JSON.stringify({ token, next: 1 })],
  ['in a file of settings', (token: string) => `TOKEN=${token}\nOTHER=1`],
  ['at the end of a sentence', (token: string) => `It was ${token}.`],
  ['in a URL', (token: string) => `https://api.example/?access_token=${token}&page=2`],
])('finds every token: %s', (_where, around) => {
  const missed = tokens.filter((token) => new RegExp(inText).exec(around(token))?.[0] !== token);
  expect(missed).toEqual([]);
});

it('passes the filters of the rule: its keyword is in each token, and its entropy lower than that of each', () => {
  expect(tokens.every((token) => token.includes(keyword))).toBe(true);
  expect(Math.min(...tokens.map(shannon))).toBeGreaterThan(entropy);
  expect(shannon(`acme_${'x'.repeat(36)}`)).toBeLessThan(entropy);
});

it.each([
  ['one that is cut', `acme_${'a1B'.repeat(12).slice(1)}`],
  ['one that goes on', `acme_${'a1B'.repeat(12)}x`],
  ['another prefix', `other_${'a1B'.repeat(12)}`],
  ['a longer prefix', `myacme_${'a1B'.repeat(12)}`],
  ['a name in code', 'acme_create_service_token_and_print_it_for_the_user'],
  ['a hash of a commit', `acme_${'0123456789abcdef'.repeat(2)}01-34567`],
  ['the pattern itself', inText],
])('leaves alone: %s', (_what, text) => {
  expect(new RegExp(inText).test(text)).toBe(false);
});
