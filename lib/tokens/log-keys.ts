/** Names of service tokens in the revocation log. No session's id and no subject's entry is ever read as one. */

/** An entry of kind `root`: what was verified of any token is looked up anew. */
export const ALL_TOKENS = 'service-tokens:all';

/** An entry of kind `id`. */
export function logKeyOf(id: string): string {
  return `service-token:${id}`;
}
