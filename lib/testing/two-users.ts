/** Two people who are logged in to an app of this process, each with strings that the other must never be shown. */
import { randomUUID } from 'node:crypto';
import type { RequestListener, Server } from 'node:http';
import { TestingError } from '../errors.js';
import { randomFrom } from '../evidence/random.js';
import { type SignInKit, signIn } from './sign-in.js';
import { Person } from './world/person.js';
import { serve } from './world/site.js';

export interface TwoUsers {
  /** `ada.get('/account')`, `ada.post('/name', { name: ada.canary('name') })`; her subject is `ada.user.username`. */
  readonly ada: Person;
  readonly bob: Person;
  /** Ends their connections, and the server if it was started here. */
  close(): Promise<void>;
}

export interface TwoUsersOptions<D extends object> {
  /** Session data of each, as `start()` takes it. `canary(field)` answers a string that only this user may be shown. */
  readonly data?: (user: Person) => D;
}

/**
 * Signs both in at the kit, without a login route. Subjects are made up: `ada-` and letters that nobody else has, so that
 * an answer that names one of them says whose it is.
 * @param sessions what `swapproof()` answered, mounted in `app`
 * @param app an Express or Connect app, a listener, or an `http.Server`
 * @throws TestingError ERR_INVALID_ARGUMENT; rejects with what `signIn()` rejects with
 */
export async function twoUsers<D extends object = Record<string, unknown>>(
  sessions: SignInKit<D>,
  app: RequestListener | Server,
  { data }: TwoUsersOptions<D> = {},
): Promise<TwoUsers> {
  if (typeof app !== 'function' && typeof app?.listen !== 'function') {
    throw new TestingError(
      'ERR_INVALID_ARGUMENT',
      'twoUsers(sessions, app): app must be an Express or Connect app, or an http.Server.',
    );
  }
  const site = await serve(app);
  const random = randomFrom(randomUUID());
  const people: Person[] = [];
  const close = async () => {
    for (const person of people) person.close();
    await site.close();
  };
  const enter = async (label: string): Promise<Person> => {
    const user = { username: `${label}-${random.word(12)}`, password: random.word(12) };
    const account = { label, user, marks: new Set([user.username]) };
    const person = new Person({ origin: site.origin, account, record: () => {}, word: () => random.word(12) });
    people.push(person);
    await signIn(person.jar, sessions, user.username, data?.(person));
    return person;
  };
  try {
    return { ada: await enter('ada'), bob: await enter('bob'), close };
  } catch (error) {
    await close();
    throw error;
  }
}
