/** The strings that a body shows: what could say whose it is. */

import { Parser } from 'htmlparser2';
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import { jsonLeaves } from '../../evidence/json-leaves.js';
import { textOf } from '../../evidence/marks.js';

const SHORTEST = 6;
const LONGEST = 200;
const MOST = 500;
/** Two people may well do something in the same second. */
const TIME = /\d{4}-\d\d-\d\d|\d:\d\d|\b(?:19|20)\d\d\b/;
const SMALL_NUMBER = /^[\d\s.,:%+-]{1,11}$/;
/** Attributes that say something, and are no address of something. */
const TELLING = /^(?:value|content|title|alt|data-.*)$/;

/** Each once. Of JSON its strings, of HTML its texts and values, of other texts their lines. */
export function textsIn({ answer }: Exchange): Set<string> {
  if (answer === null) return new Set();
  const body = Buffer.from(textOf(answer), 'latin1').toString('utf8');
  const type = valuesOf(answer.headers, 'content-type').join();
  const found = /json/i.test(type) ? inJson(body) : /html|xml/i.test(type) ? inHtml(body) : body.split('\n');
  return new Set(
    found
      .map((text) => text.trim())
      .filter(isTelling)
      .slice(0, MOST),
  );
}

function isTelling(text: string): boolean {
  return text.length >= SHORTEST && text.length <= LONGEST && !TIME.test(text) && !SMALL_NUMBER.test(text);
}

function inJson(body: string): string[] {
  return jsonLeaves(body).map(([, value]) => String(value));
}

function inHtml(body: string): string[] {
  const found: string[] = [];
  const parser = new Parser({
    ontext: (text) => void found.push(text),
    onopentag(_tag, attributes) {
      for (const [name, value] of Object.entries(attributes)) if (TELLING.test(name)) found.push(value);
    },
  });
  parser.end(body);
  return found;
}
