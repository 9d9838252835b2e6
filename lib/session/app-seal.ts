/**
 * sessions.seal() and unseal(): values that the app hands out and takes back, as in the link of a magic e-mail. Under
 * keys of their own for each purpose, so that no link is ever a session, nor an invitation a password reset.
 */
import type { Clock } from '../clock.js';
import { type Duration, milliseconds } from '../durations.js';
import { ConfigurationError } from '../errors.js';
import { assertKnownOptions } from '../option-checks.js';
import { checkedJson } from './data.js';
import { ironLength, openIron, sealIron } from './iron.js';
import type { Keyring, NamedKey } from './keyring.js';
import type { Json } from './token.js';

export interface SealOptions {
  /** How long it opens. A link that never ends would be a key under the mat. */
  readonly expiresIn: Duration;
}

export type SealedValue = Exclude<Json, null>;

const LARGEST = 64 * 1024;
const VERSION = 1;

export function sealVerbs(keyring: Keyring, clock: Pick<Clock, 'now'>) {
  function seal(purpose: string, value: SealedValue, options: SealOptions): Promise<string> {
    const [newest] = keysOf(keyring, purpose);
    assertKnownOptions('seal()', options, ['expiresIn']);
    const expiresAt = clock.now() + milliseconds('expiresIn', options.expiresIn);
    const envelope = { v: VERSION, e: expiresAt, d: checkedValue(value) };
    if (ironLength(newest, envelope) > LARGEST) refuse('seal(): the sealed value would have more than 64 KiB.');
    return sealIron(newest, envelope);
  }

  function unseal(purpose: string, sealed: string): Promise<SealedValue | null> {
    const keys = keysOf(keyring, purpose);
    return typeof sealed === 'string' ? open(keys, sealed) : Promise.resolve(null);
  }

  async function open(keys: readonly NamedKey[], sealed: string): Promise<SealedValue | null> {
    const opened = await openIron(keys, sealed, LARGEST);
    if (typeof opened?.value !== 'object' || opened.value === null) return null;
    const { v, e, d } = opened.value as { v?: unknown; e?: unknown; d?: SealedValue };
    return v === VERSION && typeof e === 'number' && clock.now() < e && d !== undefined ? d : null;
  }

  return { seal, unseal };
}

function keysOf(keyring: Keyring, purpose: unknown): readonly [NamedKey, ...NamedKey[]] {
  if (typeof purpose !== 'string' || purpose === '') {
    return refuse('seal() and unseal() take a purpose first, as "password reset": a seal opens for its own only.');
  }
  return keyring.appKeys(purpose) as readonly [NamedKey, ...NamedKey[]];
}

function checkedValue(given: unknown): SealedValue {
  const value = given === undefined ? null : checkedJson(given, 'sessions.seal(): the value');
  return value ?? refuse('seal() takes a value that JSON keeps as it is; null is what unseal() answers to a bad seal.');
}

function refuse(message: string): never {
  throw new ConfigurationError('ERR_INVALID_ARGUMENT', message);
}
