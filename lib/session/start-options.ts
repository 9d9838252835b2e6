/** The third argument of start() and issueToken(), checked before anything happens. */
import { SessionError } from '../errors.js';
import type { StartOptions } from './session.js';
import { isStoredKey, KEY_RULE } from './stored-checks.js';

const KNOWN = { start: ['remember', 'keep'], issueToken: ['remember'] } as const satisfies Readonly<
  Record<string, readonly (keyof StartOptions)[]>
>;

/**
 * A checkbox sends 'on', and an older API took a duration: neither may pass for true. Options in the place of the data
 * would be kept as data without a word. @throws ERR_INVALID_ARGUMENT
 */
export function checkedStartOptions(
  name: keyof typeof KNOWN,
  options: unknown,
  data: object = {},
): Required<StartOptions> {
  const where = `session.${name}()`;
  if (options === undefined) return isMisplaced(data) ? refuse(where, MISPLACED) : { remember: false, keep: [] };
  if (typeof options !== 'object' || options === null)
    refuse(where, 'takes an object of options, as { remember: true }');
  const stranger = Object.keys(options).find((given) => !KNOWN[name].some((known) => known === given));
  if (stranger !== undefined)
    refuse(where, `has no option ${JSON.stringify(stranger)}. It has: ${KNOWN[name].join(', ')}`);
  const { remember = false, keep = [] } = options as Partial<Record<keyof StartOptions, unknown>>;
  if (!Array.isArray(keep) || !keep.every(isStoredKey))
    return refuse(where, `takes keep: a list of keys, as { keep: ['cart'] }. ${KEY_RULE}`);
  if (typeof remember === 'boolean') return { remember, keep: [...new Set(keep)] };
  return refuse(where, "takes remember: true or false, as { remember: req.body.remember === 'on' }");
}

const MISPLACED = 'holds the options, the second one data: write start(subject, {}, { remember: true })';

function isMisplaced(data: object): boolean {
  const names = Object.keys(data);
  return names.length > 0 && names.every((name) => KNOWN.start.some((known) => known === name));
}

function refuse(where: string, what: string): never {
  throw new SessionError('ERR_INVALID_ARGUMENT', `${where}: the third argument ${what}.`);
}
