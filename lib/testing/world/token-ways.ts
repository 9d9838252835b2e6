/** How clients send a token. */
import type { HeaderLine } from '../../evidence/exchange.js';
import type { Route } from './suite-options.js';

export interface TokenWay {
  readonly name: string;
  readonly on: (route: Route, secret: string) => Route;
}

/** What can't be sent can't be taken. */
const SENDABLE = /^[\x20-\x7e]*$/;
const PARAMETERS = ['token', 'key', 'api_key', 'apikey', 'access_token'];
/** `?ticket=...` of a link, `"ticket":"..."` of data. */
const NAMED = /[?&;"]([\w-]{1,30})(?:=|"\s*:\s*")[A-Za-z0-9_.~-]{16,}/g;

export function isSendable(secret: string): boolean {
  return SENDABLE.test(secret);
}

/** @param body what showed the token: it may say how it is called */
export function waysFor(body: string): TokenWay[] {
  const named = [...body.matchAll(NAMED)].map(([, name = '']) => name);
  return [
    header('Authorization', 'Bearer '),
    header('Authorization', 'Token '),
    header('X-Api-Key'),
    header('X-Api-Token'),
    header('X-Session-Token'),
    inQuery([...new Set([...named, ...PARAMETERS])]),
  ];
}

function header(name: string, scheme = ''): TokenWay {
  const line = (secret: string): HeaderLine => [name, `${scheme}${secret}`];
  return { name, on: (route, secret) => ({ ...route, headers: [...route.headers, line(secret)] }) };
}

/** All at once, those that the route has as well: one of them is read. */
function inQuery(names: readonly string[]): TokenWay {
  return {
    name: 'in the URL',
    on: (route, secret) => {
      const [path = '/', query = ''] = route.path.split('?', 2);
      const all = new URLSearchParams(query);
      for (const name of [...all.keys(), ...names]) all.set(name, secret);
      return { ...route, path: `${path}?${all}` };
    },
  };
}
