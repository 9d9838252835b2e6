/** What is mixed up inside a process, told by the right name. */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type express from 'express';
import type { Express } from 'express';
import type { Mechanism } from '../../../../lib/evidence/mechanisms.js';
import { runSwapSuite, type SuiteOptions } from '../../../../lib/testing/index.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

async function told(
  app: () => Express,
  routes: SuiteOptions['routes'],
  mechanisms: readonly Mechanism[],
): Promise<string[]> {
  const report = await runSwapSuite({ app, login: '/login', whoami: '/whoami', routes, mechanisms });
  return [...new Set(report.findings.map(({ mechanism }) => mechanism))];
}

describe('a connection that is made for the page on which the first login ends', () => {
  const app = (bound: boolean) => () => {
    const current = new AsyncLocalStorage<string | undefined>();
    let connection: AsyncResource | undefined;
    const ask = (answered: () => void) => {
      connection ??= new AsyncResource('connection');
      const call = bound ? AsyncResource.bind(answered) : answered;
      setImmediate(() => connection?.runInAsyncScope(call));
    };
    const made = smallApp();
    made.get(['/', '/rates'], (req, res) => {
      current.run(req.session.user, () => ask(() => res.send(`rates for ${current.getStore()}`)));
    });
    return made;
  };

  it('answers everybody in the context of the first', async () => {
    expect(await told(app(false), ['/rates'], ['M3', 'M6'])).toEqual(['M3']);
  });

  it('answers each in their own', async () => {
    expect(await told(app(true), ['/rates'], ['M3', 'M6'])).toEqual([]);
  });
});

describe('an envelope that is used again', () => {
  /** @param open whether strangers are answered too */
  const app = (isReset: boolean, open: boolean) => () => {
    const spare: { data?: string; error?: string }[] = [];
    const answer = (res: express.Response, status: number, content: { data?: string; error?: string }) => {
      const envelope = Object.assign(spare.pop() ?? {}, content);
      res.status(status).json(envelope);
      delete envelope.data;
      if (isReset) delete envelope.error;
      spare.push(envelope);
    };
    const made = smallApp();
    made.get('/rates', (req, res) => {
      if (!open && !req.session.user) return void res.sendStatus(401);
      answer(res, 200, { data: '1.09' });
    });
    made.post('/payments', (req, res) => answer(res, 422, { error: `too much for ${req.session.user}` }));
    return made;
  };
  const routes = ['/rates', 'POST /payments'];

  it.each([true, false])('and keeps why the last one was refused, open to strangers: %s', async (open) => {
    expect(await told(app(false, open), routes, ['M2', 'M3', 'M16'])).toEqual(['M2']);
  });

  it('and is reset', async () => {
    expect(await told(app(true, true), routes, ['M2', 'M3', 'M16'])).toEqual([]);
  });
});
