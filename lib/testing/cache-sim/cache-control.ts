/** `Cache-Control` as caches read it: strictly (RFC 9111 section 5.2), or as those do that let private pages through. */
import { type HeaderLine, valuesOf } from '../../evidence/exchange.js';

export interface Directives {
  has(name: string): boolean;
  /** In whole seconds. Of several the shortest; 0 for what is no number; undefined without the directive. */
  seconds(name: string): number | undefined;
  /** Header names that `private="..."` or `no-cache="..."` list, in lower case. */
  fields(name: string): readonly string[];
}

interface Directive {
  readonly name: string;
  /** Undefined without `=`. */
  readonly argument: string | undefined;
}

/** The separators of a list, but not those within quotes. A quote that is not closed ends with the line. */
const ITEM = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;
/** The same with blanks around `=`, or nothing at all. */
const READABLE = /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:\s*=\s*(?:[!#$%&'*+.^_`|~0-9A-Za-z-]*|"(?:[^"\\]|\\.)*"))?)?$/;
const WELL_FORMED = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:=([!#$%&'*+.^_`|~0-9A-Za-z-]+|"(?:[^"\\]|\\.)*"))?$/;
/** Directives that name fields and then hold for these alone. */
const OF_FIELDS = new Set(['private', 'no-cache']);
/** 2^31: what RFC 9111 section 1.2.2 has for numbers that are too large. */
const LONGEST = 2 ** 31;

/** @param lenient skips what is not spelled by the grammar, and lets directives that name fields restrict only those */
export function readDirectives(headers: readonly HeaderLine[], field: string, lenient = false): Directives {
  const all = valuesOf(headers, field).flatMap((value) => {
    if (lenient) return (value.match(ITEM) ?? []).flatMap(readLenient);
    const split = value.match(ITEM) ?? [];
    // A quote in the wrong place must not swallow the `no-store` behind it.
    return (split.every((item) => READABLE.test(item.trim())) ? split : value.split(',')).flatMap(readStrict);
  });
  const named = (name: string) => all.filter((directive) => directive.name === name);
  return {
    has: (name) => named(name).some(({ argument }) => !(lenient && OF_FIELDS.has(name) && argument !== undefined)),
    seconds(name) {
      const found = named(name).map(({ argument = '' }) => secondsOf(argument));
      return found.length === 0 ? undefined : Math.min(...found);
    },
    fields: (name) => named(name).flatMap(({ argument = '' }) => argument.toLowerCase().match(/[^\s,]+/g) ?? []),
  };
}

/** Whatever begins with the word is the directive: `no-store` in a form nobody knows still means that somebody wanted it. */
function readStrict(item: string): Directive[] {
  const equals = item.indexOf('=');
  const name = (equals < 0 ? item : item.slice(0, equals)).trim().toLowerCase().split(/\s/)[0] ?? '';
  return name === '' ? [] : [{ name, argument: equals < 0 ? undefined : unquoted(item.slice(equals + 1).trim()) }];
}

function readLenient(item: string): Directive[] {
  const [, name, argument] = WELL_FORMED.exec(item.trim()) ?? [];
  if (name === undefined) return [];
  return [{ name: name.toLowerCase(), argument: argument === undefined ? undefined : unquoted(argument) }];
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : text;
}

function secondsOf(argument: string): number {
  return /^\d+$/.test(argument) ? Math.min(Number(argument), LONGEST) : 0;
}
