/** The same over TLS: requests, bursts, pipelined pairs, and the bare connections that explain what was found. */
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { serverName } from '../../../../lib/evidence/wire.js';
import { CERTIFICATE } from '../../../helpers/certificate.js';
import { hammered, mechanismsOf } from '../../../helpers/hammered.js';
import { loginApp, requireUser, userOf } from '../../../twins/login-app.js';
import { twin as lru } from '../../../twins/m06-lru-fetch.js';
import { twin as contentLength } from '../../../twins/m18-content-length.js';

jest.setTimeout(60_000);
const closing: (() => unknown)[] = [];
afterEach(() => closing.splice(0).forEach((close) => void close()));

async function secure(app: unknown): Promise<string> {
  const server = createServer(CERTIFICATE, app as RequestListener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close() && server.closeAllConnections());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('takes a certificate that nobody signed only if told so', async () => {
  const app = loginApp();
  app.get('/account', requireUser, (req, res) => void res.send(`Hello ${userOf(req)}`));
  app.get('/round', requireUser, (_req, res) => res.redirect('/round'));
  const url = await secure(app);
  await expect(hammered(url)).rejects.toThrow('does not answer (self-signed certificate)');
  const report = await hammered(url, { insecureTls: true, direct: true, routes: ['/account', '/round'] });
  expect(report).toMatchObject({ verdict: 'clean', findings: [] });
});

it.each([lru, contentLength])('finds $name', async ({ vulnerable, mechanism, suite }) => {
  const url = await secure(await vulnerable({ seed: 'tls', mail: () => {} }));
  const routes = Array.isArray(suite?.routes) ? suite.routes : ['/account'];
  expect(mechanismsOf(await hammered(url, { insecureTls: true, direct: true, routes }))).toContain(mechanism);
});

it.each([
  ['app.test', { servername: 'app.test' }],
  ['127.0.0.1', {}],
  ['::1', {}],
])('names %s as %j: Node warns of names that are addresses', (host, name) => expect(serverName(host)).toEqual(name));
