/** The command as typed: its exit codes, what goes where, and what it refuses before it asks anybody. */
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import express from 'express';
import { runCommandLine } from '../../../../lib/cli/commands/program.js';
import type { Console } from '../../../../lib/cli/console.js';
import { runDoctor } from '../../../../lib/cli/doctor/run-doctor.js';
import type { Report } from '../../../../lib/evidence/report.js';
import { guard } from '../../../../lib/guard.js';
import { type CacheRules, startCachingProxy } from '../../../helpers/caching-proxy.js';
import { CERTIFICATE } from '../../../helpers/certificate.js';

jest.setTimeout(60_000);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function guarded() {
  const app = express();
  app.use(guard({ log: false }));
  app.get('/', (_req, res) => void res.send('hello'));
  return app;
}

async function behind(rules: CacheRules, app = guarded()): Promise<string> {
  const proxy = await startCachingProxy(app, rules, () => 0);
  closing.push(() => proxy.close());
  return proxy.origin;
}

async function serving(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function typed(args: readonly string[], extra: Partial<Console> = {}) {
  let [out, err] = ['', ''];
  const code = await runCommandLine(args, {
    version: '0',
    stdin: new PassThrough(),
    ...extra,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

it('is 0 and one report on stdout where nothing is shared', async () => {
  const { code, out, err } = await typed(['doctor', await behind({ obeys: true })]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^Clean: /);
});

it('is 1 with a proof, as JSON if asked', async () => {
  const { code, out } = await typed(['doctor', await behind({ path: /css$/ }), '--json', '--seed', 's1']);
  const report = JSON.parse(out) as Report;
  expect([code, report.tool, report.verdict, report.seed]).toEqual([1, 'doctor', 'swapped', 's1']);
  expect(report.findings[0]?.exchanges.map(({ asker }) => asker)).toEqual(['ada', null]);
  expect(report.timeline.length).toBeGreaterThan(1);
});

it('is 3 where nobody can tell', async () => {
  const { code, out } = await typed(['doctor', await behind({}, express())]);
  expect(code).toBe(3);
  expect(out).toMatch(/^Cannot tell: the app does not answer the probe/);
});

it.each([
  [['doctor'], "missing required argument 'url'"],
  [['doctor', 'http://127.0.0.1/', '--thorogh'], "unknown option '--thorogh'"],
  [['doctor', 'http://127.0.0.1/', '--seed', 'a b'], 'Give the seed of a report'],
  [['doctor', 'http://127.0.0.1/', '--header', 'no header: x'], '--header: give the name'],
  [['doctor', 'http://127.0.0.1/', '--cookie-name', 'a=b'], '--cookie-name a=b: that is no name'],
  [['doctor', 'http://127.0.0.1/', '--also-host', 'http://x'], '--also-host http://x: give a name'],
  [['doctor', '127.0.0.1:80'], '127.0.0.1:80 is no URL'],
  [['doctor', 'http://192.0.2.1/'], 'Add --i-own-this-host'],
])('is 2 for %j', async (args, message) => {
  const { code, out, err } = await typed(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});

it('repeats no header that was typed wrong: its value may stand where the name was looked for', async () => {
  const { err } = await typed(['doctor', 'http://127.0.0.1/', '--header', 'Authorization Bearer s3cret']);
  expect(err).not.toContain('s3cret');
});

it('is 2 where nobody answers', async () => {
  const server = createServer();
  const port = await serving(server);
  await new Promise((resolve) => server.close(resolve));
  closing.pop();
  const { code, err } = await typed(['doctor', `http://127.0.0.1:${port}/`]);
  expect(code).toBe(2);
  expect(err).toMatch(/^swapproof: http:\/\/127\.0\.0\.1:\d+ does not answer \(.*ECONNREFUSED.*\)\. Is it running/);
});

it('asks over TLS, and takes a certificate that nobody signed only if told so', async () => {
  const port = await serving(createTlsServer(CERTIFICATE, guarded()));
  const url = `https://127.0.0.1:${port}/`;
  expect((await typed(['doctor', url])).err).toContain('does not answer (self-signed certificate)');
  expect((await typed(['doctor', url, '--insecure-tls'])).code).toBe(0);
});

it('shows how far it is on a terminal only', async () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let drawn = '';
  terminal.on('data', (chunk) => {
    drawn += chunk;
  });
  const { err, out } = await typed(['doctor', await behind({ obeys: true })], { terminal });
  expect(drawn).toContain('/60 requests');
  expect([err, out.includes('\x1b')]).toEqual(['', false]);
});

it('has examples in its help that work as typed', async () => {
  const { out, code } = await typed(['doctor', '--help']);
  expect(code).toBe(0);
  const examples = [...out.matchAll(/^ {2}\$ npx swapproof (.*)$/gm)].map(([, line = '']) => line.split(' '));
  expect(examples.length).toBeGreaterThan(3);
  const origin = await behind({ obeys: true });
  for (const words of examples) {
    const args = words
      .map((word) => word.replace(/^https?:\/\/127\.0\.0\.1:\d+/, origin))
      .filter((word) => !/html/.test(word));
    expect([words, (await typed(args)).code]).toEqual([words, 0]);
  }
});

describe('within what is allowed', () => {
  it('sends no more requests, and says what it did not ask', async () => {
    const report = await runDoctor({ url: await behind({ obeys: true }), limits: { requests: 30 } });
    expect(report.requests).toBeLessThanOrEqual(30);
    const limited = report.notCovered.filter(({ why }) => why === 'the limit of 30 requests and 10 s was reached');
    expect(limited.map(({ what }) => what)).toContain('HEAD, then GET');
    expect(report.verdict).toBe('clean');
    expect(report.summary).toMatch(/^in \d+ of 18 checks nobody/);
  });

  it('can not tell if it may not ask enough', async () => {
    const report = await runDoctor({ url: await behind({ obeys: true }), limits: { requests: 4 } });
    expect([report.verdict, report.requests]).toEqual(['cannot-tell', 3]);
  });

  it('begins nothing once the time is over', async () => {
    const report = await runDoctor({ url: await behind({ obeys: true }), limits: { seconds: 0.000_001 } }).catch(
      String,
    );
    expect(report).toContain('no request was allowed');
  });
});

describe('an answer that does not come', () => {
  async function direct(app: express.Express): Promise<string> {
    return `http://127.0.0.1:${await serving(createServer(app))}/`;
  }

  /** An app whose first pages are answered, and the page of the first person never. */
  function hanging(onHang: () => void): express.Express {
    const app = express();
    app.use((req, _res, next) => (req.headers.cookie?.includes('swapproof-probe-') ? onHang() : next()));
    return app.use(guarded());
  }

  it('is given up when the time is over', async () => {
    const hung: number[] = [];
    const app = hanging(() => hung.push(performance.now()));
    const report = await runDoctor({ url: await direct(app), limits: { seconds: 1 } });
    expect([report.verdict, report.seconds < 2, hung.length]).toEqual(['cannot-tell', true, 1]);
    expect(report.summary).toBe('the first check told nothing: no answer (the run was over).');
  });

  it('is given up by Ctrl-C, and the report tells so', async () => {
    let interrupt = () => {};
    let forgotten = 0;
    const onInterrupt = (act: () => void) => {
      interrupt = act;
      return () => forgotten++;
    };
    const url = await direct(hanging(() => interrupt()));
    const { code, out, err } = await typed(['doctor', url, '--json'], { onInterrupt });
    const report = JSON.parse(out) as Report;
    expect([code, err, forgotten, report.summary]).toEqual([3, '', 1, 'the run was interrupted.']);
    expect(report.notCovered.map(({ why }) => why)).toContain('the run was interrupted');
  });

  it('leaves no report where the page itself did not come', async () => {
    let interrupt = () => {};
    const app = express().use(() => interrupt());
    const onInterrupt = (act: () => void) => {
      interrupt = act;
      return () => {};
    };
    const { code, err } = await typed(['doctor', await direct(app)], { onInterrupt });
    expect([code, err]).toEqual([2, 'swapproof: The run was interrupted.\n']);
  });
});

it('sends the headers it was given with every request, and shows their values nowhere', async () => {
  const seen: unknown[] = [];
  const app = express();
  app.use((req, _res, next) => {
    seen.push(req.headers['x-gate']);
    next();
  });
  app.use(guarded());
  const { code, out } = await typed([
    'doctor',
    await behind({ path: /css$/ }, app),
    '--json',
    '--header',
    'X-Gate: open sesame',
  ]);
  expect(code).toBe(1);
  expect(seen.filter((value) => value === 'open sesame').length).toBe(seen.length - 2);
  expect(out).not.toContain('sesame');
  expect(JSON.parse(out).replay).toContain("--header 'X-Gate: ...'");
});

it('does not take a credential that is lost on the way for sharing', async () => {
  const report = await runDoctor({
    url: await behind({ drops: ['authorization', 'cookie', 'x-session-token'], key: ['query'] }),
  });
  expect(report.findings.filter(({ exchanges }) => exchanges[0]?.asker !== null)).toEqual([]);
  expect(report.notCovered.map(({ why }) => why)).toContain('the credential did not reach the app');
});
