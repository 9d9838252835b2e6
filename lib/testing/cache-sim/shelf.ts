/** What a cache has: by key, and of each key the variants that `Vary` made. */
import { type Answer, type HeaderLine, valuesOf } from '../../evidence/exchange.js';
import { type Entry, fits } from './entry.js';
import type { Asked } from './judgement.js';
import type { CacheRules } from './rules.js';

/** A model for tests: what does not fit any more makes room from the oldest on. */
const MOST_KEYS = 10_000;

export class Shelf {
  readonly #rules: CacheRules;
  readonly #entries = new Map<string, readonly Entry[]>();

  constructor(rules: CacheRules) {
    this.#rules = rules;
  }

  find(asked: Asked): Entry | undefined {
    return this.#entries.get(this.keyOf(asked))?.find((entry) => fits(entry, asked.headers));
  }

  /** In place of the one that answered such a request so far. */
  keep(asked: Asked, entry: Entry): void {
    const key = this.keyOf(asked);
    const others = (this.#entries.get(key) ?? []).filter((other) => !fits(other, asked.headers));
    this.#entries.delete(key);
    this.#entries.set(key, [entry, ...others]);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST_KEYS && oldest !== undefined) this.#entries.delete(oldest);
  }

  /** A change at the origin was seen: this URL, and those that its answer names (RFC 9111 section 4.4). */
  invalidate(asked: Asked, { status, headers }: Answer): void {
    if (status >= 400) return;
    const base = urlOf(asked);
    const named = ['location', 'content-location'].flatMap((name) => valuesOf(headers, name));
    const others = named.flatMap((text) => (URL.canParse(text, base.href) ? [new URL(text, base)] : []));
    for (const { host, pathname, search } of [base, ...others]) {
      if (host === base.host) this.#forget({ ...asked, path: `${pathname}${search}` });
    }
  }

  clear(): void {
    this.#entries.clear();
  }

  keyOf(asked: Asked): string {
    const { key, identity } = this.#rules;
    const path = key === 'path' ? asked.path.replace(/\?.*$/, '') : asked.path;
    return JSON.stringify([hostOf(asked.headers), path, identity === 'cookie' ? cookiePart(asked.headers) : '']);
  }

  #forget(asked: Asked): void {
    const mine = this.keyOf({ ...asked, headers: asked.headers.filter(([name]) => /^host$/i.test(name)) });
    const [host, path] = JSON.parse(mine);
    for (const key of this.#entries.keys()) {
      const [otherHost, otherPath] = JSON.parse(key);
      if (host === otherHost && path === otherPath) this.#entries.delete(key);
    }
  }
}

/** Ory's mistake: a name that comes twice leaves nothing of the cookies. */
function cookiePart(headers: readonly HeaderLine[]): string {
  const pairs = valuesOf(headers, 'cookie').flatMap((value) => value.split(/;\s*/));
  const names = pairs.map((pair) => pair.replace(/=.*$/, ''));
  return new Set(names).size < names.length ? '' : pairs.join('; ');
}

function urlOf(asked: Asked): URL {
  const base = `http://${hostOf(asked.headers) || 'localhost'}`;
  return URL.canParse(asked.path, base) ? new URL(asked.path, base) : new URL(base);
}

function hostOf(headers: readonly HeaderLine[]): string {
  return (valuesOf(headers, 'host')[0] ?? '').toLowerCase();
}
