/** What both apps are made of. */
import type express5 from 'express';

export interface Account {
  readonly id: number;
  readonly name: string;
}

type Found = (error: unknown, account?: Account | false, info?: { message: string }) => void;

/** A database that calls back later, as they do. */
export interface Users {
  check(name: string, password: string, done: Found): void;
  byName(name: string, done: Found): void;
  find(id: unknown, done: Found): void;
}

export interface AppParts {
  readonly express: typeof express5;
  readonly users: Users;
  readonly provider: {
    readonly authorizationURL: string;
    readonly tokenURL: string;
    readonly clientID: string;
    readonly clientSecret: string;
    readonly callbackURL: string;
  };
}

export interface BuiltApp {
  readonly app: ReturnType<typeof express5>;
  close(): Promise<void>;
}

/** `find` accepts numbers only, as a database with typed columns does. */
export function madeUsers(...names: readonly string[]): Users {
  const accounts = names.map((name, index): Account => ({ id: index, name }));
  const later = (done: Found, account: Account | undefined, info?: { message: string }) =>
    setImmediate(() => done(null, account ?? false, info));
  return {
    check(name, password, done) {
      const found = accounts.find((account) => account.name === name && password === `password of ${name}`);
      later(done, found, { message: 'Wrong name or password.' });
    },
    byName: (name, done) =>
      later(
        done,
        accounts.find((account) => account.name === name),
      ),
    find: (id, done) =>
      later(
        done,
        accounts.find((account) => account.id === id),
      ),
  };
}
