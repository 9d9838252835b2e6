/** Passport and the kit, as far as the adapter needs them. */
import type { IncomingMessage } from 'node:http';

export type Done<T> = (error: unknown, value?: T) => void;

/** An Authenticator of Passport 0.5 or later: `import passport from 'passport'`, or one of your own. */
export interface PassportLike {
  use(name: string, strategy: SessionStrategy): unknown;
  serializeUser(user: unknown, req: IncomingMessage, done: Done<unknown>): void;
  deserializeUser(id: unknown, req: IncomingMessage, done: Done<unknown>): void;
}

/** What Passport asks for a user as `passport.session()`; `pass` and `error` are its own. */
export interface SessionStrategy {
  readonly name: string;
  authenticate(this: StrategyActions, req: IncomingMessage): void;
}

export interface StrategyActions {
  pass(): void;
  error(error: unknown): void;
}

/** What swapproof() answers. */
export interface PassportKit {
  of(req: IncomingMessage): {
    readonly active: boolean;
    start(subject: string, data?: object, options?: object): Promise<void>;
    destroy(): Promise<void>;
  };
  flash(req: IncomingMessage, kind: string, text: string): void;
  takeFlash(req: IncomingMessage): readonly { readonly kind: string; readonly text: string }[];
}
