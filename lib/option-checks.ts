import { ConfigurationError } from './errors.js';

/** A misspelt option would silently leave its default in force. @throws ConfigurationError ERR_INVALID_OPTION */
export function assertKnownOptions(owner: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('ERR_INVALID_OPTION', `${owner} takes an object of options.`);
  }
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw new ConfigurationError(
    'ERR_INVALID_OPTION',
    `${owner} has no option ${JSON.stringify(stranger)}. It has: ${known.join(', ')}.`,
  );
}
