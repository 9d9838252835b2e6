/** A caching proxy whose carelessness is data: what it keeps, by which key, for how long, on how many nodes. */
import { createServer, type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';

export type KeyPart = 'method' | 'host' | 'query' | 'cookie' | 'first cookie' | 'authorization' | 'accept' | 'range';

export interface CacheRules {
  /** Keeps nothing that its headers forbid. Default false. */
  readonly obeys?: boolean;
  /** Beside the path. Default none. */
  readonly key?: readonly KeyPart[];
  /** Default GET and HEAD; a HEAD is asked as GET. */
  readonly methods?: readonly string[];
  /** What is kept, if anything is said: all of these must hold. Default everything. */
  readonly contentType?: RegExp;
  readonly path?: RegExp;
  readonly onlyWithQuery?: boolean;
  readonly onlyRanges?: boolean;
  /** What the rules see: the raw path (default), or the decoded one without dot segments. */
  readonly readsPath?: 'raw' | 'normalised';
  /** Is passed on if it came. */
  readonly bypassCookie?: string;
  /** Milliseconds. Default 1,000. */
  readonly lifetime?: number;
  /** Asked in turn. Default 1. */
  readonly nodes?: number;
  /** One request to the app for all who ask at the same time. Default false. */
  readonly collapses?: boolean;
  /** It keeps of these alone, and answers all from what it kept. Default all. */
  readonly keepsOf?: readonly string[];
  /** Keeps nothing, so that only collapsing shows. */
  readonly keepsNothing?: boolean;
  /** Response headers that it takes away, from what it keeps. */
  readonly hides?: readonly string[];
  /** Request headers that the app never sees. */
  readonly drops?: readonly string[];
  /** Where they are dropped. Default everywhere. */
  readonly dropsFor?: RegExp;
}

interface Kept {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly until: number;
}

export interface CachingProxy {
  readonly origin: string;
  /** Requests that came. */
  readonly count: () => number;
  close(): Promise<void>;
}

/** @param now milliseconds; what lifetimes are measured by */
export async function startCachingProxy(
  app: RequestListener,
  rules: CacheRules,
  now: () => number,
): Promise<CachingProxy> {
  const behind = createServer(app);
  const originPort = await listen(behind);
  const nodes = Array.from({ length: rules.nodes ?? 1 }, () => ({
    kept: new Map<string, Kept>(),
    flights: new Map<string, Promise<Kept>>(),
  }));
  let count = 0;
  const front = createServer(async (req, res) => {
    const node = nodes[count++ % nodes.length] as (typeof nodes)[number];
    const mayKeep = isEligible(req, rules);
    const key = keyOf(req, rules);
    const kept = mayKeep ? node.kept.get(key) : undefined;
    if (kept && now() < kept.until) return send(req, res, kept, true);
    const ask = () => askOrigin(originPort, req, rules, mayKeep, now);
    const flight = (rules.collapses && mayKeep && node.flights.get(key)) || ask();
    node.flights.set(key, flight);
    const answer = await flight.finally(() => node.flights.delete(key));
    const { method = 'GET' } = req;
    const { keepsNothing = false, keepsOf = [method] } = rules;
    const keeps = mayKeep && !keepsNothing && keepsOf.includes(method) && isKeepable(answer, rules);
    if (keeps) node.kept.set(key, answer);
    send(req, res, answer, false);
  });
  const port = await listen(front);
  return {
    origin: `http://127.0.0.1:${port}`,
    count: () => count,
    async close() {
      await Promise.all([front, behind].map(stop));
    },
  };
}

function isEligible(req: IncomingMessage, rules: CacheRules): boolean {
  const { methods = ['GET', 'HEAD'], path, onlyWithQuery, onlyRanges, bypassCookie } = rules;
  const [, query] = (req.url ?? '').split('?', 2);
  return (
    methods.includes(req.method ?? '') &&
    (path === undefined || path.test(pathOf(req, rules))) &&
    (!onlyWithQuery || query !== undefined) &&
    (!onlyRanges || req.headers.range !== undefined) &&
    (bypassCookie === undefined || !(req.headers.cookie ?? '').includes(`${bypassCookie}=`))
  );
}

function isKeepable({ headers }: Kept, { obeys = false, contentType }: CacheRules): boolean {
  const headerOf = (wanted: string) =>
    headers.find((_text, index) => headers[index - 1]?.toLowerCase() === wanted) ?? '';
  if (obeys && /private|no-store/.test(headerOf('cache-control'))) return false;
  return contentType === undefined || contentType.test(headerOf('content-type'));
}

function keyOf(req: IncomingMessage, rules: CacheRules): string {
  const { cookie = '', authorization = '', accept = '', host = '', range = '' } = req.headers;
  const parts: Readonly<Record<KeyPart, string>> = {
    method: req.method ?? '',
    host,
    query: (req.url ?? '').split('?', 2)[1] ?? '',
    cookie,
    'first cookie': /=([^;]*)/.exec(cookie)?.[1] ?? '',
    authorization,
    accept,
    range,
  };
  return JSON.stringify([pathOf(req, rules), ...(rules.key ?? []).map((part) => parts[part])]);
}

function pathOf(req: IncomingMessage, { readsPath = 'raw' }: CacheRules): string {
  const [path = '/'] = (req.url ?? '/').split('?', 1);
  return readsPath === 'raw' ? path : new URL(decodeURIComponent(path), 'http://cache').pathname;
}

async function askOrigin(
  port: number,
  req: IncomingMessage,
  { drops = [], dropsFor = /^/, hides = [], lifetime = 1_000 }: CacheRules,
  mayKeep: boolean,
  now: () => number,
): Promise<Kept> {
  const body = await read(req);
  const headers = Object.fromEntries(
    Object.entries(req.headers).filter(([name]) => !(dropsFor.test(req.url ?? '') && drops.includes(name))),
  );
  if (mayKeep) for (const name of ['if-none-match', 'connection']) delete headers[name];
  const method = mayKeep && req.method === 'HEAD' ? 'GET' : req.method;
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path: req.url, headers, agent: false }, resolve)
      .on('error', reject)
      .end(body);
  });
  const status = incoming.statusCode ?? 502;
  const hop = ['connection', 'keep-alive', 'transfer-encoding', ...(mayKeep ? hides : [])];
  const kept = { status, headers: without(incoming.rawHeaders, hop), until: now() + lifetime };
  return { ...kept, body: await read(incoming) };
}

function send(req: IncomingMessage, res: ServerResponse, { status, headers, body }: Kept, hit: boolean): void {
  res.writeHead(status, [...headers, 'X-Cache', hit ? 'HIT' : 'MISS']);
  res.end(req.method === 'HEAD' ? undefined : body);
}

function without(rawHeaders: readonly string[], names: readonly string[]): string[] {
  return rawHeaders.filter((_text, index) => !names.includes(rawHeaders[index - (index % 2)]?.toLowerCase() ?? ''));
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  return address.port;
}

async function stop(server: ReturnType<typeof createServer>): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
