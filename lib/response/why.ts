/** Why each row of the guard's table changes a response, in a sentence for a rehearsal. */
import type { RequestContext } from '../request/context.js';
import type { Decision } from './decision.js';

export function whyOf(row: Decision['row'], { firstRead }: RequestContext): string {
  const read = firstRead ? `The session was read (${firstRead})` : 'The session was read';
  return row === '2' || row === '3' ? `${read}${WHY[row]}` : WHY[row];
}

const LEFT_ALONE = 'It is left as it is.';

const WHY: Readonly<Record<Decision['row'], string>> = {
  '0': 'The route called markPrivate(res) or changed a session by GET, or its request counts as anonymous.',
  '0b': 'Caches could take its URL for a static file, or for another one, and keep it.',
  '1': LEFT_ALONE,
  '2': ', and the response says that caches may share it.',
  '3': ', and nothing forbids every cache to keep the response.',
  '4': 'It was asked with a credential, and says that caches may share it.',
  '5': 'It was asked with a credential, and nothing forbids every cache to keep it.',
  '6': 'It says that caches may share it, and a cookie in it would reach everyone they give it to.',
  '6b': 'It sets a cookie, which a cache that keeps it would hand on.',
  '7': 'It says nothing about caching, so some caches keep it.',
  '8': LEFT_ALONE,
  '9': 'It ends a session, which must reach its user and nobody else.',
  '10': 'It sets a cookie for whoever sent this request.',
  '11': 'It is public, and a cookie in it would reach everyone a cache gives it to.',
  '12': 'It was asked with Authorization, which the public option alone does not cover.',
  '13': LEFT_ALONE,
};
