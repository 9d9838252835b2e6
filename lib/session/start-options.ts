/** The third argument of start() and issueToken(), checked before anything happens. */
import { SessionError } from '../errors.js';
import type { StartOptions } from './session.js';

const KNOWN = ['remember'] as const satisfies readonly (keyof StartOptions)[];

/** A checkbox sends 'on', and an older API took a duration: neither may pass for true. @throws ERR_INVALID_ARGUMENT */
export function checkedStartOptions(where: string, options: unknown): Required<StartOptions> {
  if (typeof options !== 'object' || options === null)
    refuse(where, 'takes an object of options, as { remember: true }');
  const stranger = Object.keys(options).find((name) => !KNOWN.some((known) => known === name));
  if (stranger !== undefined) refuse(where, `has no option ${JSON.stringify(stranger)}. It has: ${KNOWN.join(', ')}`);
  const { remember = false } = options as { remember?: unknown };
  if (typeof remember === 'boolean') return { remember };
  return refuse(where, "takes remember: true or false, as { remember: req.body.remember === 'on' }");
}

function refuse(where: string, what: string): never {
  throw new SessionError('ERR_INVALID_ARGUMENT', `${where}: the third argument ${what}.`);
}
