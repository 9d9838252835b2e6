/**
 * The functions that a test gives for its app, given up when the time is over. Whoever waits for one then goes on, fails and takes
 * away what it has patched: a function that never comes back would else leave the whole process patched.
 */
import { TestingError } from '../../errors.js';
import type { Person } from './person.js';
import type { SuiteOptions } from './suite-options.js';

type Given = 'login' | 'whoami' | 'plant' | 'links' | 'tokens' | 'records';

/** @param signal aborts when the time is over; from then on none of them is called */
export function givenUpBy(signal: AbortSignal, options: SuiteOptions): SuiteOptions {
  const over = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(tooLate()), { once: true });
  });
  over.catch(() => {}); // whoever waits is told
  const bounded = <A extends unknown[], R>(call: (...args: A) => R) => {
    return async (...args: A): Promise<Awaited<R>> => {
      if (signal.aborted) throw tooLate();
      return await Promise.race([call(...args), over]);
    };
  };
  const { login, whoami, plant, links, tokens, records } = options;
  const given: Partial<Pick<SuiteOptions, Given>> = {
    ...(typeof login === 'function' && { login: bounded(login) }),
    ...(typeof whoami === 'function' && { whoami: bounded(whoami) }),
    ...(plant && { plant: bounded(plant) }),
    ...(links && { links: bounded(links) }),
    ...(records && { records: bounded(records) }),
    ...(tokens && {
      tokens: {
        create: bounded((person: Person) => tokens.create(person)),
        verify: bounded((secret: string) => tokens.verify(secret)),
        ...(tokens.touch && { touch: bounded((person: Person) => tokens.touch?.(person)) }),
      },
    }),
  };
  return { ...options, ...given };
}

export const TOO_LATE = 'the deadline had passed: give a longer one, or fewer routes';

export function tooLate(): TestingError {
  return new TestingError('ERR_SUITE_DEADLINE', `swapSuite(): ${TOO_LATE}.`);
}
