/**
 * Sessions that express-session has made, for `swapproof({ adopt })`: its cookies are verified here and its store is
 * asked, so that nobody is logged out by the move. The package itself is not needed any more.
 */
import { assertKnownOptions, callback, names, refuse } from '../option-checks.js';
import type { Adoption } from '../session/adoption-port.js';
import {
  called,
  cookieOf,
  type ExpressSessionStore,
  idleOf,
  noted,
  sessionIn,
  touched,
} from './express-session-store.js';
import { unsign } from './signed-cookie.js';

/** @typeParam S what the app has kept in `req.session` */
export interface ExpressSessionOptions<S extends object = Record<string, unknown>> {
  /** The `secret` that express-session was given: one, or a list. */
  readonly secret: string | readonly string[];
  /** The `store` that express-session was given. An adopted session is destroyed there. */
  readonly store: ExpressSessionStore;
  /** Whose session it is, as `(session) => session.userId ?? null`; null where nobody has logged in. */
  readonly subject: (session: S) => string | null | undefined | Promise<string | null | undefined>;
  /** The `name` that express-session was given. Default `'connect.sid'`. */
  readonly name?: string;
  /** What `session.data` begins with. Default nothing. It goes into the cookie: 2.5 kB at most. */
  readonly data?: (session: S) => object | Promise<object>;
}

const KNOWN = [
  'secret',
  'store',
  'subject',
  'name',
  'data',
] as const satisfies readonly (keyof ExpressSessionOptions)[];

/** Under this id the store keeps the name of the revocation log. */
const ANCHOR = 'swapproof:adoption';
/** Longer than any move. */
const ANCHORED_FOR = 400 * 86_400_000;

/** @throws ConfigurationError ERR_INVALID_OPTION */
export function expressSession<S extends object = Record<string, unknown>>(
  options: ExpressSessionOptions<S>,
): Adoption {
  assertKnownOptions('expressSession', options, KNOWN);
  const { subject, data } = options;
  if (typeof subject !== 'function') refuse('expressSession: subject takes a function of the old session.');
  callback('expressSession: data', data);
  const secrets = secretsOf(options.secret);
  const store = checkedStore(options.store);
  const [cookieName = ''] = names('expressSession: name', [options.name ?? 'connect.sid']);
  return Object.freeze({
    cookieName,
    idOf: (cookie) => unsign(cookie, secrets),
    async find(id) {
      const stored = await sessionIn(store, id);
      if (stored === null) return null;
      const whose = (await subject(stored as S)) ?? null;
      const begun = whose === null ? {} : ((await data?.(stored as S)) ?? {});
      return { subject: whose, data: begun, idle: idleOf(stored), cookie: cookieOf(stored), stored };
    },
    async destroy(id) {
      await called((done) => store.destroy(id, done));
    },
    async touch(id, { stored }) {
      if (typeof store.touch === 'function') await called((done) => store.touch?.(id, touched(stored) as never, done));
    },
    async anchor(genesis) {
      const note = await sessionIn(store, ANCHOR);
      const first: unknown = note && Reflect.get(note, 'genesis');
      if (typeof first === 'string') return first;
      await called((done) => store.set(ANCHOR, noted({ genesis }, ANCHORED_FOR) as never, done));
      return genesis;
    },
  } satisfies Adoption);
}

function secretsOf(secret: unknown): readonly string[] {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  const sound = secrets.length > 0 && secrets.every((one) => typeof one === 'string' && one !== '');
  return sound ? Object.freeze([...(secrets as string[])]) : refuse('expressSession: secret takes a string or a list.');
}

function checkedStore(store: unknown): ExpressSessionStore {
  const methods = ['get', 'set', 'destroy'];
  const fits =
    typeof store === 'object' &&
    store !== null &&
    methods.every((name) => typeof Reflect.get(store, name) === 'function');
  return fits ? (store as ExpressSessionStore) : refuse('expressSession: store takes the store of express-session.');
}
