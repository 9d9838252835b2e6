/** Everything in the README runs: its code compiles, and the app of twenty lines logs people in. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Express } from 'express';
import request from 'supertest';
import type { Swapproof } from 'swapproof';
import * as kit from 'swapproof';
import * as sqliteStore from 'swapproof/sqlite';
import ts from 'typescript';
import { asProgram, codeOf, diagnosticsOf } from './documented-code.js';

const root = process.cwd();
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = codeOf(readme);
/** The app of twenty lines; what else the README shows is about its `sessions`, or a program of its own. */
const newApp = blocks.find((code) => code.includes("app.post('/login'")) ?? '';
const others = blocks.filter((code) => code !== newApp);

/** What the README's readers have and its examples don't show. */
const SURROUNDINGS = `
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Request } from 'express';
import type { Credential, SwapproofEvent, WhoamiSession } from 'swapproof';
declare const users: { find(id: string): Promise<{ name: string } | null>; check(body: unknown): Promise<{ id: string } | null> };
declare const user: { id: string };
declare const id: string;
declare const ids: string[];
declare const req: Request;
declare function createApp(): RequestListener;
declare function createBetterAuthApp(): RequestListener;
declare function createKitApp(): RequestListener;
declare const url: string;
declare function page(event: SwapproofEvent): void;
declare const identityServer: {
  lookup(credentials: readonly Credential[], options: { signal: AbortSignal }): Promise<WhoamiSession | null>;
};
`;

/** Runs the app of twenty lines as it stands, with a secret, a file of its own and demo users around it. */
function runNewApp(database: string): { app: Express; sessions: Swapproof<object, unknown> } {
  const code = newApp
    .replace("'./sessions.db'", JSON.stringify(database))
    .replace('process.env.SESSION_SECRET!', JSON.stringify('q8Jk2mN4pQ6rS8tU0vW2yZ4aB6cD8eF0'));
  const { outputText } = ts.transpileModule(`${code}\nexport { app, sessions };`, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  const modules: Record<string, unknown> = { swapproof: kit, 'swapproof/sqlite': sqliteStore };
  const native = createRequire(join(root, 'package.json'));
  const users = {
    find: async (id: string) => ({ name: id.toUpperCase() }),
    check: async (body: { name?: string }) => (body.name === 'ada' ? { id: 'ada' } : null),
  };
  const exported = {} as { app: Express; sessions: Swapproof<object, unknown> };
  const run = new Function('require', 'exports', 'users', outputText);
  run((name: string) => modules[name] ?? native(name), exported, users);
  return exported;
}

describe('the README', () => {
  it('has code that compiles as one program', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(4);
    expect(diagnosticsOf({ readme: asProgram([newApp, ...others], SURROUNDINGS) })).toEqual({ readme: [] });
  }, 30_000);

  it('protects an app in twenty lines that logs in and out', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'swapproof-readme-'));
    const { app, sessions } = runNewApp(join(folder, 'sessions.db'));
    app.engine('txt', (_path, locals: object, done) => done(null, JSON.stringify(Reflect.get(locals, 'user'))));
    app.set('view engine', 'txt').set('views', folder);
    writeFileSync(join(folder, 'home.txt'), '');
    try {
      const agent = request.agent(app);
      const wall = await agent.get('/').set('Accept', 'text/html');
      expect([wall.status, wall.headers.location]).toEqual([303, '/login?return_to=%2F']);
      const refused = await agent.post('/login').type('form').send({ name: 'eve' });
      expect(refused.headers.location).toBe('/login');
      const login = await agent.post('/login').type('form').send({ name: 'ada', return_to: '/' });
      expect([login.status, login.headers.location]).toEqual([303, '/']);
      const home = await agent.get('/');
      expect([home.status, home.text]).toEqual([200, '{"name":"ADA"}']);
      expect(home.headers['cache-control']).toBe('private, no-store');
      await agent.post('/logout').expect(303);
      await agent.get('/').expect(401);
    } finally {
      await sessions.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('names only files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, path]) => path ?? '');
    const named = [...readme.matchAll(/`((?:lib|test|docs|example-app|bench|\.ci)\/[\w./-]+)`/g)].map(
      ([, path]) => path ?? '',
    );
    const missing = [...links, ...named].filter(
      (path) => !ts.sys.fileExists(join(root, path)) && !ts.sys.directoryExists(join(root, path)),
    );
    expect(missing).toEqual([]);
  });
});
