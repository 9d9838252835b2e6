/** The example's users and what they wrote, in memory. Of passwords only scrypt hashes are kept. */
import { randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

export interface User {
  /** Never shown to be changed, never given to someone else: the subject of the user's sessions. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface Account extends Omit<User, 'id'> {
  readonly username: string;
  readonly password: string;
}

interface Entry {
  readonly user: User;
  readonly salt: Buffer;
  readonly hash: Buffer;
  readonly diary: Map<string, string>;
}

const HASH_BYTES = 32;
const deriveKey = promisify<string, Buffer, number, Buffer>(scrypt);
/** Checked in place of a user who does not exist, so that the time of the answer does not say who does. */
const NOBODY = { salt: randomBytes(16), hash: randomBytes(HASH_BYTES) };

export class Users {
  readonly #byUsername = new Map<string, Entry>();
  readonly #byId = new Map<string, Entry>();
  readonly #byEmail = new Map<string, Entry>();

  constructor(accounts: readonly Account[]) {
    for (const { username, password, name, email } of accounts) {
      const salt = randomBytes(16);
      const hash = scryptSync(password, salt, HASH_BYTES);
      const entry = { user: { id: `u_${username}`, name, email }, salt, hash, diary: new Map() };
      this.#byUsername.set(username, entry);
      this.#byId.set(entry.user.id, entry);
      this.#byEmail.set(email, entry);
    }
  }

  /** Who the login form is about; null if the name or the password is wrong, or the form is not ours. */
  async check(form: unknown): Promise<User | null> {
    const { username, password } = fields(form, 'username', 'password');
    if (username === null || password === null) return null;
    const entry = this.#byUsername.get(username);
    const { salt, hash } = entry ?? NOBODY;
    const same = timingSafeEqual(await deriveKey(password, salt, HASH_BYTES), hash);
    return same && entry ? entry.user : null;
  }

  find(id: string): User | null {
    return this.#byId.get(id)?.user ?? null;
  }

  findByEmail(email: string): User | null {
    return this.#byEmail.get(email)?.user ?? null;
  }

  /** What the user wrote on that day; empty if nothing, or if there is no such user. */
  readDiary(id: string, day: string): string {
    return this.#byId.get(id)?.diary.get(day) ?? '';
  }

  writeDiary(id: string, day: string, form: unknown): void {
    this.#byId.get(id)?.diary.set(day, fields(form, 'text').text?.slice(0, 2000) ?? '');
  }
}

/** Three people to log in as, with passwords of this run. */
export function demoAccounts(): Account[] {
  const people = { ada: 'Ada Lovelace', grace: 'Grace Hopper', linus: 'Linus Torvalds' };
  return Object.entries(people).map(([username, name]) => {
    return { username, name, email: `${username}@example.com`, password: randomBytes(6).toString('hex') };
  });
}

/** The named fields of a posted form; null for what is missing or no text. */
export function fields<K extends string>(form: unknown, ...names: K[]): Record<K, string | null> {
  const given = new Map(Object.entries(typeof form === 'object' && form !== null ? form : {}));
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return Object.fromEntries(names.map((name) => [name, text(given.get(name))])) as Record<K, string | null>;
}
