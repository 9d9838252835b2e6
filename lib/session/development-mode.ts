/**
 * Development mode: Safari and supertest's agent drop `Secure` cookies on plain http. Cookies then have plain names of
 * their own, so that no process ever reads both kinds. The Host alone must not decide: behind a stock nginx
 * (`proxy_pass http://localhost:3000`) a production request looks local.
 */
import type { IncomingMessage } from 'node:http';

/** What proxies add; of the `X-Forwarded` family any will do. */
const FORWARDING = /^(?:forwarded|via|x-real-ip|x-forwarded(?:-.*)?)$/;

/**
 * Answers the port in the names of development mode's cookies, null outside that mode. It is the first port a kit is
 * asked on, and kept: supertest listens on another one for each request of an agent.
 * @param environment NODE_ENV as the kit began
 */
export function developmentPorts(environment: string | undefined): (req: IncomingMessage) => number | null {
  let first: number | null = null;
  return (req) => {
    if (!isInDevelopment(req, environment)) return null;
    first ??= req.socket.localPort ?? null;
    return first;
  };
}

function isInDevelopment(req: IncomingMessage, environment: string | undefined): boolean {
  if (environment !== 'development' && environment !== 'test') return false;
  const { socket, headers } = req;
  const { origin } = headers;
  return (
    !('encrypted' in socket) &&
    isLoopbackAddress(socket.remoteAddress) &&
    isLoopbackHost(headers.host) &&
    !Object.keys(headers).some((name) => FORWARDING.test(name)) &&
    (origin === undefined || origin === 'null' || isLoopbackOrigin(origin))
  );
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
