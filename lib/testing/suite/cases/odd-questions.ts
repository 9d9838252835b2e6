/** Questions that an app refuses or fails at: parameters of other types, bodies that can't be read, methods and paths it has not. */
import type { HeaderLine } from '../../../evidence/exchange.js';
import type { Route } from '../../world/suite-options.js';

const VALUES = ['', 'x', '-1', '%00', '%F0%9F%92%A9', '[object Object]'];
const JSON_TYPE: HeaderLine = ['Content-Type', 'application/json'];

export function oddQuestions(route: Route): Route[] {
  const [path = '/', query = ''] = route.path.split('?', 2);
  const names = [...new Set(new URLSearchParams(query).keys())];
  const withQuery = (text: string): Route => ({ ...route, path: `${path}?${text}` });
  return [
    ...names.flatMap((name) => [
      ...VALUES.map((value) => withQuery(replaced(query, name, `${name}=${value}`))),
      withQuery(`${query}&${name}=2`),
      withQuery(replaced(query, name, `${name}[x]=1`)),
      withQuery(replaced(query, name, '')),
    ]),
    { ...route, path: `${path.replace(/\/$/, '')}/%E0%A4%A` },
    { ...route, path: `${path.replace(/\/$/, '')}/nothing-here` },
    { ...route, method: 'POST', headers: [...route.headers, JSON_TYPE], body: '{"a":' },
    { ...route, method: 'DELETE' },
    { ...route, headers: [...route.headers, ['If-None-Match', '*']] },
    { ...route, headers: [...route.headers, ['Accept', 'text/nothing']] },
  ];
}

function replaced(query: string, name: string, by: string): string {
  const rest = query.split('&').filter((pair) => pair.split('=', 1)[0] !== name);
  return [...rest, by].filter((pair) => pair !== '').join('&');
}
