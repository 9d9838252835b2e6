/** What may serve as a secret. Refused at construction, so that a weak one never reaches production. */
import { ConfigurationError } from '../errors.js';

const SHORTEST = 32;
const FEWEST_CHARACTERS = 10;

/** Words and runs of the examples that people copy; a random secret holds one of them once in many millions. */
const EXAMPLE =
  /change.?me|keyboard.?cat|pass.?word|your.?secret|my.?secret|example|replace|at.?least.?32|12345678|abcdefgh|qwerty/i;

const HOW = 'Make one with: node -p "crypto.randomBytes(32).toString(\'base64url\')"';

/**
 * The secrets, newest first, copied. Each needs 32 bytes or more, must not look like an example, and stands once.
 * @param option its name, for errors
 * @throws ConfigurationError ERR_SECRET_MISSING, ERR_SECRET_WEAK, ERR_SECRET_DUPLICATE; no message quotes a secret.
 */
export function checkedSecrets(secrets: unknown, option = 'secrets'): readonly string[] {
  if (!Array.isArray(secrets) || secrets.length === 0 || secrets.some((secret) => secret === undefined)) {
    throw new ConfigurationError('ERR_SECRET_MISSING', `${option} needs an array of strings, newest first. ${HOW}`);
  }
  const list: unknown[] = [...secrets];
  for (const [index, secret] of list.entries()) assertStrong(secret, `${option}[${index}]`);
  if (new Set(list).size !== list.length) {
    throw new ConfigurationError('ERR_SECRET_DUPLICATE', `${option} holds the same secret twice. List each one once.`);
  }
  return Object.freeze(list as string[]);
}

function assertStrong(secret: unknown, name: string): void {
  const weakness = weaknessOf(secret);
  if (weakness !== null) throw new ConfigurationError('ERR_SECRET_WEAK', `${name} ${weakness}. ${HOW}`);
}

function weaknessOf(secret: unknown): string | null {
  if (typeof secret !== 'string') return 'is not a string';
  if (Buffer.byteLength(secret) < SHORTEST) return `is shorter than ${SHORTEST} bytes`;
  if (EXAMPLE.test(secret)) return 'looks like an example from a manual';
  if (new Set(secret).size < FEWEST_CHARACTERS) return `has fewer than ${FEWEST_CHARACTERS} different characters`;
  return null;
}
