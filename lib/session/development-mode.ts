/**
 * Development mode: Safari and supertest's agent drop `Secure` cookies on plain http. Cookies then have plain names of
 * their own, so that no process ever reads both kinds. The Host alone must not decide: behind a stock nginx
 * (`proxy_pass http://localhost:3000`) a production request looks local.
 */
import type { IncomingMessage } from 'node:http';

/** What proxies add; of the `X-Forwarded` family any will do. */
const FORWARDING = /^(?:forwarded|via|x-real-ip|x-forwarded(?:-.*)?)$/;

/** The server's port if the request is in development mode, else null. `environment` is NODE_ENV as the kit began. */
export function developmentPort(req: IncomingMessage, environment: string | undefined): number | null {
  if (environment !== 'development' && environment !== 'test') return null;
  const { socket, headers } = req;
  const { origin } = headers;
  const local =
    !('encrypted' in socket) &&
    isLoopbackAddress(socket.remoteAddress) &&
    isLoopbackHost(headers.host) &&
    !Object.keys(headers).some((name) => FORWARDING.test(name)) &&
    (origin === undefined || origin === 'null' || isLoopbackOrigin(origin));
  return local ? (socket.localPort ?? null) : null;
}

/** True for an `Origin` of plain http somewhere else: a browser there drops every `Secure` cookie without a word. */
export function isInsecureOrigin(origin: string | undefined): boolean {
  return origin?.startsWith('http://') === true && !isLoopbackOrigin(origin);
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).host);
}

function isLoopbackHost(host: string | undefined): boolean {
  return /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host ?? '');
}

function isLoopbackAddress(address: string | undefined): boolean {
  return /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|::1)$/.test(address ?? '');
}
