/**
 * Keys for each purpose, derived from the secrets. A value sealed for one purpose or audience can't be opened for
 * another, and no key is used for two algorithms. HKDF-SHA256, RFC 5869.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { dropOldest } from '../bounded.js';
import { ConfigurationError } from '../errors.js';
import { hkdf } from './hkdf.js';
import { checkedSecrets } from './secrets.js';

const PURPOSES = [
  'session',
  'token',
  'activity',
  'owner',
  'registry',
  'stored',
  'login',
  'flash',
  'csrf',
  'service-token',
] as const;
export type KitPurpose = (typeof PURPOSES)[number];
/** What a session is sealed for: a cookie never opens as a token, nor a token as a cookie. */
export type SealPurpose = 'session' | 'token';

/** A key and its name. The name is derived from the secret, never from its place in the list, which rotation moves. */
export interface NamedKey {
  readonly id: string;
  readonly key: string;
}

const MOST_VERIFIED = 10_000;
const MOST_APP_PURPOSES = 100;

export class Keyring {
  readonly #secrets: readonly { readonly id: string; readonly secret: string }[];
  readonly #audience: string;
  readonly #appKeys = new Map<string, readonly NamedKey[]>();
  readonly #keys: ReadonlyMap<KitPurpose, readonly NamedKey[]>;
  /** The same cookies come with every request of a page, and a MAC costs more than a look-up. */
  readonly #verified = new Set<string>();

  /** @throws ConfigurationError for secrets that are missing, weak or doubled. */
  constructor(secrets: unknown, audience: string) {
    const list = checkedSecrets(secrets);
    const ids = list.map(keyId);
    if (new Set(ids).size !== ids.length) {
      throw new ConfigurationError(
        'ERR_SECRET_DUPLICATE',
        'Two of the secrets have the same key id (one pair in four billion). Replace one of them.',
      );
    }
    this.#secrets = list.map((secret, index) => ({ id: ids[index] ?? '', secret }));
    this.#audience = audience;
    this.#keys = new Map(PURPOSES.map((purpose) => [purpose, this.#derived('kit', purpose)]));
  }

  /** The newest first. */
  keys(purpose: KitPurpose): readonly NamedKey[] {
    return this.#keys.get(purpose) ?? [];
  }

  /** Keys of a purpose that the app named, the newest first. None of them is ever one of the kit's own. */
  appKeys(purpose: string): readonly NamedKey[] {
    const known = this.#appKeys.get(purpose) ?? this.#derived('app', purpose);
    this.#appKeys.set(purpose, known);
    dropOldest(this.#appKeys, MOST_APP_PURPOSES);
    return known;
  }

  newest(purpose: KitPurpose): NamedKey {
    const [newest] = this.keys(purpose);
    if (newest === undefined) throw new TypeError(`no key for ${purpose}`);
    return newest;
  }

  /** HMAC-SHA256 under the newest key, 43 characters of base64url. */
  mac(purpose: KitPurpose, message: string): string {
    return hmac(this.newest(purpose).key, message);
  }

  /** Whether `mac` is right under any listed key, compared in constant time. A right one is remembered. */
  verify(purpose: KitPurpose, message: string, mac: string): boolean {
    const claim = JSON.stringify([purpose, message, mac]);
    if (this.#verified.has(claim)) return true;
    const right = this.keys(purpose).some(({ key }) => equal(hmac(key, message), mac));
    if (right) this.#remember(claim);
    return right;
  }

  #derived(kind: 'kit' | 'app', purpose: string): readonly NamedKey[] {
    const info = JSON.stringify(['swapproof/v1', this.#audience, kind, purpose]);
    return this.#secrets.map(({ id, secret }) => ({ id, key: derive(secret, info) }));
  }

  #remember(claim: string): void {
    this.#verified.add(claim);
    dropOldest(this.#verified, MOST_VERIFIED);
  }
}

function derive(secret: string, info: string): string {
  return hkdf(secret, '', info, 32).toString('base64url');
}

/** 32 bits of HKDF, decimal: iron-session takes ids that look like numbers only. */
function keyId(secret: string): string {
  return String(hkdf(secret, '', JSON.stringify(['swapproof/v1', 'key id']), 4).readUInt32BE(0));
}

function hmac(key: string, message: string): string {
  return createHmac('sha256', key).update(message).digest('base64url');
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
