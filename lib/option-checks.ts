import { ConfigurationError } from './errors.js';

/** A misspelt option would silently leave its default in force. @throws ConfigurationError ERR_INVALID_OPTION */
export function assertKnownOptions(owner: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    refuse(`${owner} takes an object of options.`);
  }
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  refuse(`${owner} has no option ${JSON.stringify(stranger)}. It has: ${known.join(', ')}.`);
}

/** @throws ConfigurationError ERR_INVALID_OPTION, as all below: wrong options end the start, never a request. */
export function refuse(message: string): never {
  throw new ConfigurationError('ERR_INVALID_OPTION', message);
}

export function text(name: string, value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : refuse(`${name} takes a string that is not empty.`);
}

export function path(name: string, value: unknown): string {
  const given = text(name, value);
  return /^(?:\/[\w.~-]+)+$/.test(given) ? given : refuse(`${name} takes a plain path, as "/sessions/whoami".`);
}

export function count(name: string, value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
    ? value
    : refuse(`${name} takes a whole number above 0.`);
}

/** Default false. `'yes'` or 1 would otherwise be false without a word. */
export function flag(name: string, value: unknown): boolean {
  return value === undefined || typeof value === 'boolean' ? value === true : refuse(`${name} takes true or false.`);
}

export function callback<F>(name: string, value: F): F {
  return value === undefined || typeof value === 'function' ? value : refuse(`${name} takes a function.`);
}

/** A frozen copy of what `each` answers. A single string would otherwise be taken apart into its letters. */
export function list<T, U>(name: string, value: readonly T[], each: (item: T) => U): readonly U[] {
  return Array.isArray(value) ? Object.freeze(value.map(each)) : refuse(`${name} takes an array.`);
}

/** RFC 9110 section 5.6.2: what names of headers and cookies are made of. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Frozen. @param fold gives each name its one spelling: headers are told apart without their case */
export function names(option: string, value: unknown, fold = (name: string) => name): readonly string[] {
  const sound = Array.isArray(value) && value.every((name) => typeof name === 'string' && TOKEN.test(name));
  return sound ? Object.freeze(value.map(fold)) : refuse(`${option} takes a list of names, as ["x-api-key"].`);
}

export function lowerCase(name: string): string {
  return name.toLowerCase();
}

export function logOption<F>(log: false | F): false | F {
  return log === undefined || log === false || typeof log === 'function'
    ? log
    : refuse('log takes false, or a function that is given each event.');
}

export function oneOf<T extends string>(name: string, value: unknown, known: readonly T[]): T {
  return known.find((candidate) => candidate === value) ?? refuse(`${name} takes: ${known.join(', ')}.`);
}
