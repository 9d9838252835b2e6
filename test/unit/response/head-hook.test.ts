import { OutgoingMessage, ServerResponse } from 'node:http';
import { headWasSeen, installHeadHook, onHead, onHeadCopy } from '../../../lib/response/head-hook.js';
import { fakeRequest, fakeResponse } from '../../helpers/wire.js';

type Written = { bytes: [string, string][]; status: string; error: string | undefined };
type Handler = (res: ServerResponse) => void;

/** What leaves for a handler, with an idle hook on the response or with Node alone. */
function written(handle: Handler, hooked: boolean): Written {
  const { res, raw, lines } = fakeResponse();
  if (hooked) onHead(res, () => {});
  let error: string | undefined;
  try {
    handle(res);
    res.end();
  } catch (thrown) {
    error = (thrown as { code?: string }).code ?? String(thrown);
  }
  // Lines of one name keep their order; the order of names means nothing (RFC 9110 section 5.3).
  const bytes = lines().sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { bytes, status: raw().split('\r\n')[0] ?? '', error };
}

// biome-ignore lint/suspicious/noExplicitAny: forms that Node's types do not allow are the point
type Loose = any;
const head =
  (...args: unknown[]): Handler =>
  (res: Loose) =>
    void res.writeHead(...args);
const over =
  (...args: unknown[]): Handler =>
  (res: Loose) => {
    res.setHeader('Set-Cookie', ['a=1', 'b=2']);
    res.setHeader('X-One', 'before');
    res.writeHead(...args);
  };

const FORMS: Record<string, Handler> = {
  'no call at all': () => {},
  'status alone': head(201),
  'status as a string': head('202'),
  'status and reason': head(200, 'Fine'),
  'empty reason': head(200, ''),
  record: head(200, { 'X-One': '1', 'Set-Cookie': ['a=1', 'b=2'] }),
  'record after a reason': head(200, 'Fine', { 'X-One': '1' }),
  'record after undefined': head(200, undefined, { 'X-One': '1' }),
  'record after null': head(200, null, { 'X-One': '1' }),
  'record with one name in two cases': head(200, { 'Set-Cookie': 'a=1', 'set-cookie': 'b=2' }),
  'record with a number': head(200, { 'Content-Length': 0 }),
  'record with an empty list': head(200, { 'X-One': [] }),
  'record without a prototype': head(200, Object.assign(Object.create(null), { 'X-One': '1' })),
  'empty record': head(200, {}),
  Map: head(200, new Map([['X-One', '1']])),
  'flat array': head(200, ['X-One', '1', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']),
  'flat array with a list': head(200, ['Set-Cookie', ['a=1', 'b=2'], 'set-cookie', 'c=3']),
  'flat array after a reason': head(200, 'Fine', ['X-One', '1']),
  'empty array': head(200, []),
  pairs: head(200, [
    ['X-One', '1'],
    ['Set-Cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ]),
  'record over headers set before': over(200, { 'x-one': 'after', 'Set-Cookie': 'c=3' }),
  'record with a nameless entry over headers': over(200, { '': 'x', 'X-One': 'after' }),
  'flat array over headers of other names': over(200, ['X-Two', '2']),
  'flat array with one line over headers': over(200, ['X-One', 'after']),
  'status alone over headers': over(204),
  'redirect with a reason over headers': over(302, 'Found', { Location: '/x' }),
  'not modified': over(304),
  'status 99': head(99, { 'X-One': '1' }),
  'status 1000': head(1000),
  'status that is no number': head('x'),
  'odd array': head(200, ['X-One']),
  'odd array over headers': over(200, ['X-One']),
  'undefined value': head(200, { 'X-One': undefined }),
  'value with a line break': head(200, { 'X-One': 'a\r\nSet-Cookie: evil=1' }),
  'name with a space': head(200, { 'X One': '1' }),
  'nameless entry': head(200, { '': 'x' }),
  'reason with a line break': head(200, 'Fine\r\nX: 1'),
  'two calls': (res: Loose) => res.writeHead(200).writeHead(201),
  'headers after the head': (res: Loose) => res.writeHead(200).setHeader('X-One', '1'),
  setHeaders: (res: Loose) => res.setHeaders(new Map([['X-One', '1']])),
  appendHeader: (res: Loose) => res.appendHeader('Set-Cookie', 'a=1').appendHeader('Set-Cookie', ['b=2', 'c=3']),
  flushHeaders: (res) => res.flushHeaders(),
  'old name of writeHead': (res: Loose) => void res.writeHeader(200, { 'X-One': '1' }),
};

describe('a head with an idle hook', () => {
  it.each(Object.entries(FORMS))('leaves as Node alone sends it: %s', (_, handle) => {
    expect(written(handle, true)).toEqual(written(handle, false));
  });

  it('keeps both cookies of a flat array over headers set before, of which Node 20 keeps the last', () => {
    const handle = over(200, ['Set-Cookie', 'c=3', 'Set-Cookie', 'd=4']);
    expect(written(handle, true).bytes).toEqual([
      ['connection', 'keep-alive'],
      ['set-cookie', 'c=3'],
      ['set-cookie', 'd=4'],
      ['transfer-encoding', 'chunked'],
      ['x-one', 'before'],
    ]);
  });

  it('takes pairs over headers set before, which Node 20 refuses', () => {
    const { error, bytes } = written(over(200, [['X-One', 'after']]), true);
    expect(error).toBeUndefined();
    expect(bytes).toContainEqual(['x-one', 'after']);
  });

  it("leaves the caller's arrays as they were", () => {
    const cookies = ['a=1'];
    written(head(200, ['Set-Cookie', cookies, 'Set-Cookie', 'b=2']), true);
    expect(cookies).toEqual(['a=1']);
  });
});

describe('onHead', () => {
  it('sees the headers given to writeHead, and may change them', () => {
    const { res, all } = fakeResponse();
    onHead(res, () => {
      expect(res.getHeader('x-one')).toBe('1');
      res.setHeader('X-One', '2');
    });
    res.writeHead(200, ['X-One', '1']).end();
    expect(all('x-one')).toEqual(['2']);
  });

  it('is given the status that is about to leave, before Node has it', () => {
    const { res } = fakeResponse();
    const seen: number[] = [];
    onHead(res, (_, status) => seen.push(status, res.statusCode));
    res.writeHead(404).end();
    expect(seen).toEqual([404, 200]);
  });

  it('runs again after Node refused the head, and leaves the status as it was', () => {
    const { res, raw } = fakeResponse();
    let runs = 0;
    onHead(res, () => runs++);
    expect(() => res.writeHead(99)).toThrow(expect.objectContaining({ code: 'ERR_HTTP_INVALID_STATUS_CODE' }));
    expect(res.statusCode).toBe(200);
    expect(() => res.writeHead(200, 'bad\nreason')).toThrow(expect.objectContaining({ code: 'ERR_INVALID_CHAR' }));
    expect(headWasSeen(res)).toBe(false);
    res.writeHead(500, 'Broken').end();
    expect(raw()).toMatch(/^HTTP\/1\.1 500 Broken/);
    expect(runs).toBe(2);
  });

  it('sees a head written by the old name of writeHead', () => {
    const { res } = fakeResponse();
    const seen: number[] = [];
    onHead(res, (_, status) => seen.push(status));
    (res as Loose).writeHeader(204);
    expect(seen).toEqual([204]);
  });

  it('neither runs nor folds where Node refuses the status, or the head has left', () => {
    const { res } = fakeResponse();
    let runs = 0;
    onHead(res, () => runs++);
    res.setHeader('X-One', 'before');
    for (const status of [99, 1000])
      expect(() => res.writeHead(status, { 'X-One': 'after' })).toThrow(
        expect.objectContaining({ code: 'ERR_HTTP_INVALID_STATUS_CODE' }),
      );
    expect(res.getHeader('x-one')).toBe('before');
    expect(runs).toBe(0);
    res.writeHead(200);
    expect(() => res.writeHead(200)).toThrow(expect.objectContaining({ code: 'ERR_HTTP_HEADERS_SENT' }));
    expect(runs).toBe(1);
  });

  it('leaves nothing of a head that Node refused on a bare response', () => {
    const { res } = fakeResponse();
    onHead(res, () => void res.setHeader('X-Hook', '1'));
    expect(() => res.writeHead(200, 'bad\nreason', { Trailer: 'X-T' })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_CHAR' }),
    );
    expect(res.getHeaderNames()).toEqual([]);
  });

  it('is not used up by an informational status, which loses its cookies', () => {
    const { res, raw } = fakeResponse();
    const dropped: string[] = [];
    let runs = 0;
    onHead(
      res,
      () => runs++,
      (where) => dropped.push(where) > 0,
    );
    res.writeHead(103, { 'Set-Cookie': 'a=1', Link: '</x>' });
    expect(raw() + (res as unknown as { _header: string })._header).not.toMatch(/set-cookie/i);
    expect(runs).toBe(0);
    expect(headWasSeen(res)).toBe(false);
    expect(dropped).toEqual(['informational response']);
  });

  it('runs a second hook after the first', () => {
    const { res } = fakeResponse();
    const order: string[] = [];
    onHead(res, () => order.push('first'));
    onHead(res, () => order.push('second'));
    res.end();
    expect(order).toEqual(['first', 'second']);
    expect(headWasSeen(res)).toBe(true);
  });

  it("wins over what was mounted before it and kept the prototype's function", () => {
    const { res, all } = fakeResponse();
    const kept = res.writeHead;
    res.writeHead = function early(this: ServerResponse, ...args: Parameters<typeof kept>) {
      this.setHeader('Cache-Control', 'public, max-age=60');
      return kept.apply(this, args);
    } as typeof kept;
    onHead(res, () => void res.setHeader('Cache-Control', 'private, no-store'));
    res.end();
    expect(all('cache-control')).toEqual(['private, no-store']);
  });

  it('leaves a response without a hook to Node', () => {
    const { res, all } = fakeResponse();
    res.writeHead(200, [['X-One', '1']] as never).end();
    expect(all('x-one')).toEqual(['1']);
    expect(headWasSeen(res)).toBe(false);
  });
});

describe('onHeadCopy', () => {
  const leave = () => false;

  it('shows a copy of the head that left, given headers included, and sends none of its changes', () => {
    const { res, raw } = fakeResponse();
    const seen: unknown[] = [];
    onHeadCopy(
      res,
      (copy, status) => {
        seen.push(status, copy.getHeaders(), copy === res);
        copy.setHeader('Cache-Control', 'private').removeHeader('X-One');
      },
      leave,
    );
    res.setHeader('X-One', '1').writeHead(404, { 'X-Two': ['2', '3'] });
    res.end();
    expect(seen).toEqual([404, { 'x-one': '1', 'x-two': ['2', '3'] }, false]);
    expect(raw()).toMatch(/^HTTP\/1\.1 404 Not Found\r\nX-One: 1\r\nX-Two: 2\r\nX-Two: 3\r\n/);
    expect(raw()).not.toContain('Cache-Control');
    expect(headWasSeen(res)).toBe(true);
  });

  it('is not called for what Node refused, or for an informational head', () => {
    const { res } = fakeResponse();
    let runs = 0;
    onHeadCopy(res, () => runs++, leave);
    expect(() => res.writeHead(200, { 'a b': '1' })).toThrow();
    res.writeHead(103, { Link: '</x>' });
    expect([runs, headWasSeen(res)]).toEqual([0, false]);
  });

  it("does not lengthen the app's own lists", () => {
    const { res } = fakeResponse();
    const list = ['a=1'];
    onHeadCopy(res, (copy) => void copy.appendHeader('Set-Cookie', 'b=2'), leave);
    res.setHeader('Set-Cookie', list).end();
    expect(list).toEqual(['a=1']);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ])('leaves the response to another hook that stands %s it', (_, at) => {
    const { res, raw } = fakeResponse();
    const dropped: string[] = [];
    const hooks = [
      () =>
        onHead(
          res,
          (real) => void real.setHeader('X-Real', '1'),
          (where) => dropped.push(where) > 0,
        ),
      () => onHeadCopy(res, (copy) => void copy.setHeader('X-Copy', '1'), leave),
    ];
    for (const hook of at === 0 ? hooks : hooks.reverse()) hook();
    res.writeHead(200, { Trailer: 'X', 'X-Given': '1' });
    res.addTrailers({ 'Set-Cookie': 'a=1' });
    res.end('x');
    expect(raw()).toMatch(/X-Given: 1\r\nX-Real: 1\r\n/);
    expect(raw()).not.toMatch(/X-Copy|Set-Cookie/);
    expect(dropped).toEqual(['trailers']);
  });
});

describe('early hints and trailers', () => {
  it('lose Set-Cookie, whatever its case, and keep the rest', () => {
    const { res, raw } = fakeResponse();
    const dropped: string[] = [];
    onHead(
      res,
      () => {},
      (where) => dropped.push(where) > 0,
    );
    res.writeEarlyHints({ link: '</a.css>; rel=preload', 'sEt-cookie': 'a=1', 'x-one': '1' });
    res.writeHead(200, { Trailer: 'X-Two' });
    res.addTrailers({ 'Set-Cookie': 'b=2', 'X-Two': '2' });
    res.end('body');
    expect(raw()).not.toMatch(/set-cookie/i);
    expect(raw()).toContain('Link: </a.css>; rel=preload\r\nx-one: 1\r\n');
    expect(raw()).toContain('X-Two: 2\r\n');
    expect(dropped).toEqual(['early hints', 'trailers']);
  });

  it('lose it from trailers given as pairs', () => {
    const { res, raw } = fakeResponse();
    onHead(res, () => {});
    res.setHeader('Trailer', 'X-Two');
    res.addTrailers([
      ['Set-Cookie', 'b=2'],
      ['X-Two', '2'],
    ] as never);
    res.end('body');
    expect(raw()).not.toMatch(/set-cookie/i);
    expect(raw()).toContain('X-Two: 2\r\n');
  });

  it('are as they were on a response without a hook, and say what Node says of nonsense', () => {
    const { res, raw } = fakeResponse();
    res.writeEarlyHints({ link: '</a.css>; rel=preload', 'set-cookie': 'a=1' });
    expect(raw()).toContain('set-cookie: a=1');
    const hooked = fakeResponse(fakeRequest()).res;
    onHead(hooked, () => {});
    expect(() => hooked.writeEarlyHints(null as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
  });
});

describe('installHeadHook', () => {
  it('patches the prototype once, for every copy of the package', () => {
    installHeadHook();
    const patched = ServerResponse.prototype.writeHead;
    jest.isolateModules(() => {
      const copy: typeof import('../../../lib/response/head-hook.js') = require('../../../lib/response/head-hook.js');
      copy.installHeadHook();
      const { res } = fakeResponse();
      const order: string[] = [];
      onHead(res, () => order.push('this copy'));
      copy.onHead(res, () => order.push('other copy'));
      res.end();
      expect(order).toEqual(['this copy', 'other copy']);
      expect(copy.headWasSeen(res)).toBe(true);
    });
    expect(ServerResponse.prototype.writeHead).toBe(patched);
    expect(Object.hasOwn(OutgoingMessage.prototype, 'writeHead')).toBe(false);
  });
});
