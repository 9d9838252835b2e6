import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** The service behind, which knows its callers by their token and says which question it answers. */
function startUpstream(): Promise<Server> {
  const server = createServer((req, res) => {
    res.setHeader('X-Request-Id', String(req.headers['x-request-id'] ?? ''));
    res.end(JSON.stringify({ of: String(req.headers.authorization).replace('Bearer ', '') }));
  });
  server.on('connection', (socket) => socket.unref());
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)).unref());
}

function call(server: Server, agent: Agent, token: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${token}` };
    const sent = request({ host: '127.0.0.1', port, path: '/me', agent, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve(text));
      answer.on('error', reject);
    });
    sent.on('socket', (socket) => socket.unref());
    sent.on('error', reject).end();
  });
}

/** One kept-alive connection for all users: a response that nobody asked for answers whoever asks next (CVE-2026-48931). */
async function make(agentFor: (user: string) => Agent) {
  const upstream = await startUpstream();
  const app = loginApp();
  app.get('/me', requireUser, async (req, res) => {
    const user = userOf(req) as string;
    res.type('json').send(await call(upstream, agentFor(user), user));
  });
  return app;
}

const vulnerable = () => {
  const shared = new Agent({ keepAlive: true, maxSockets: 1 });
  return make(() => shared);
};

const fixed = () => {
  const agents = new Map<string, Agent>();
  return make((user) => {
    const agent = agents.get(user) ?? new Agent({ keepAlive: true, maxSockets: 1 });
    agents.set(user, agent);
    return agent;
  });
};

export const twin: Twin = {
  mechanism: 'M17',
  name: 'one http.Agent for the calls of all users',
  vulnerable,
  fixed,
  suite: { routes: ['/me'] },
};
