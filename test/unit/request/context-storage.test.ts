import { AsyncResource } from 'node:async_hooks';
import { inspect } from 'node:util';
import { RequestContext } from '../../../lib/request/context.js';
import {
  ambientRequestContext,
  attachContext,
  contextOfRequest,
  contextOfResponse,
  getContext,
  runInContext,
  runOutsideContext,
  tryGetContext,
} from '../../../lib/request/context-storage.js';
import { recordedEvents } from '../../helpers/recorded-events.js';
import { thrownBy } from '../../helpers/thrown.js';
import { fakeRequest, fakeResponse } from '../../helpers/wire.js';

const nobody = { all: [], contradicted: [], repeated: [], lookalikes: [] };

function open(url = '/') {
  const req = fakeRequest({ url });
  const { res } = fakeResponse(req);
  const context = new RequestContext(req, res, nobody, 0, recordedEvents().events);
  return { req, res, context };
}

describe('a context is found', () => {
  it('by its own request and response', () => {
    const { req, res, context } = open();
    attachContext(req, res, context);
    expect([contextOfRequest(req), contextOfResponse(res)]).toEqual([context, context]);
  });

  it('by no wrapper, copy or neighbour of them', () => {
    const { req, res, context } = open();
    attachContext(req, res, context);
    const strangers = [
      Object.create(req),
      { ...req },
      new Proxy(req, {}),
      Object.assign(fakeRequest(), req),
      open().req,
    ];
    expect(strangers.map(contextOfRequest)).toEqual(strangers.map(() => undefined));
    expect(contextOfResponse(Object.create(res))).toBeUndefined();
  });

  it('and never adopted: a request or response of another context is refused', () => {
    const first = open();
    const second = open();
    attachContext(first.req, first.res, first.context);
    const attempts = [
      () => attachContext(first.req, first.res, second.context),
      () => attachContext(first.req, second.res, second.context),
      () => attachContext(second.req, first.res, second.context),
    ];
    for (const attempt of attempts) expect(thrownBy(attempt).code).toBe('ERR_CONTEXT_EXISTS');
    expect([contextOfRequest(first.req), contextOfRequest(second.req)]).toEqual([first.context, undefined]);
  });
});

describe('the ambient context', () => {
  it('is the one of the running request, across awaits', async () => {
    const { context } = open('/a');
    await runInContext(context, async () => {
      await null;
      expect(ambientRequestContext()).toBe(context);
      expect(getContext().requestId).toBe(context.requestId);
      expect(tryGetContext()?.route).toBe('GET /a');
    });
  });

  it('is not left behind for what comes next', () => {
    const { context } = open();
    runInContext(context, () => {});
    expect(ambientRequestContext()).toBeUndefined();
  });

  it('is none for work that serves everybody', () => {
    runInContext(open().context, () => {
      runOutsideContext(() => expect(tryGetContext()).toBeUndefined());
      expect(tryGetContext()).toBeDefined();
    });
  });

  it('throws ERR_NO_CONTEXT outside a request, where tryGetContext() answers undefined', () => {
    expect(thrownBy(getContext).code).toBe('ERR_NO_CONTEXT');
    expect(tryGetContext()).toBeUndefined();
  });

  it('gives name, route and snapshot and no way to request, session or credentials', () => {
    const { context } = open('/a');
    const ambient = runInContext(context, getContext);
    expect(Object.keys(ambient).sort()).toEqual(['requestId', 'route', 'snapshot']);
    expect(Object.isFrozen(ambient)).toBe(true);
    expect(ambient.snapshot()).toEqual(context.snapshot());
    expect(inspect(ambient, { depth: 9, getters: true })).not.toContain('credentials');
  });

  it('throws ERR_CONTEXT_CLOSED after the response, for a late getContext() and for what was kept', () => {
    const { context } = open();
    const { ambient, later } = runInContext(context, () => ({
      ambient: getContext(),
      later: AsyncResource.bind(() => getContext()),
    }));
    context.close();
    for (const use of [later, () => ambient.route, () => ambient.snapshot()]) {
      expect(thrownBy(use).code).toBe('ERR_CONTEXT_CLOSED');
    }
  });
});
