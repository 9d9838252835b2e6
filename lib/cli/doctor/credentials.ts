/** How made-up credentials are put into a request, and which ones came with it. */
import type { HeaderLine, Question } from '../../evidence/exchange.js';
import { MADE_UP_PREFIX, madeUpIn } from '../../probe/probe-page.js';

export type CredentialWay =
  | { readonly in: 'cookie'; readonly name: string }
  /** The same value for everybody comes first, as a parser that takes the first one would have it. */
  | { readonly in: 'doubled cookie'; readonly name: string }
  | { readonly in: 'header'; readonly name: string };

const SHARED_VALUE = `${MADE_UP_PREFIX}0000000000000000`;

/** @param word 16 letters and digits */
export function madeUp(word: string): string {
  return `${MADE_UP_PREFIX}${word}`;
}

/** @param credential null for somebody who has none, and sends no such header at all */
export function credentialLines(way: CredentialWay, credential: string | null): HeaderLine[] {
  if (credential === null) return [];
  if (way.in === 'cookie') return [['Cookie', `${way.name}=${credential}`]];
  if (way.in === 'doubled cookie') return [['Cookie', `${way.name}=${SHARED_VALUE}; ${way.name}=${credential}`]];
  return [[way.name, way.name.toLowerCase() === 'authorization' ? `Bearer ${credential}` : credential]];
}

/** As the probe reads them. */
export function credentialsIn({ headers = [] }: Pick<Question, 'headers'>): string[] {
  return madeUpIn(headers.map(([, value]) => value));
}
