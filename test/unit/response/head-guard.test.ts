import { once } from 'node:events';
import { ServerResponse } from 'node:http';
import { guardHead, type HeadGuardOptions } from '../../../lib/response/head-guard.js';
import { opened } from '../../helpers/guarded.js';

const OPTIONS: HeadGuardOptions = {
  declaredPublic: false,
  mayBePublic: true,
  isIdentityCookie: () => false,
  revalidates: true,
  sessionCookies: ['sid'],
};
const reader = () => opened({ headers: [['Cookie', 'sid=1']] });

describe('guardHead', () => {
  it('drops foreign session cookies before it decides', () => {
    const { res, context, all } = opened({ method: 'POST' });
    guardHead(res, context, OPTIONS);
    res.writeHead(200, { 'Cache-Control': 'public', 'Set-Cookie': 'sid=theirs' }).end();
    expect(all('cache-control')).toEqual(['public']);
    expect(all('set-cookie')).toEqual([]);
  });

  it('adds to private heads only, and sends what was minted meanwhile', () => {
    const add = jest.fn((res: ServerResponse) => void res.setHeader('Server-Timing', 'x'));
    const { res, context, all } = reader();
    guardHead(res, context, {
      ...OPTIONS,
      addToPrivateHead(on) {
        add(on);
        context.outgoingCookies.set('sid', 'sid=renewed');
      },
    });
    res.end();
    expect(all('server-timing')).toEqual(['x']);
    expect(all('set-cookie')).toEqual(['sid=renewed']);
    const nobody = opened();
    guardHead(nobody.res, nobody.context, { ...OPTIONS, addToPrivateHead: add });
    nobody.res.end();
    expect(add).toHaveBeenCalledTimes(1);
  });

  it('sends private, no-store without cookies where a step fails, and throws nothing', () => {
    const { res, context, all, codes } = opened();
    guardHead(res, context, {
      ...OPTIONS,
      isIdentityCookie() {
        throw new TypeError('secret');
      },
    });
    res.writeHead(200, { 'Cache-Control': 'public', 'CDN-Cache-Control': 'public', 'Set-Cookie': 'a=1' }).end();
    expect(all('cache-control')).toEqual(['private, no-store']);
    expect(all('cdn-cache-control')).toEqual(['no-store']);
    expect(all('set-cookie')).toEqual([]);
    expect(codes()).toEqual(['guard.failed']);
  });

  describe('where a method of the response throws', () => {
    const broken = (): never => {
      throw new TypeError('secret');
    };
    const shared = () => {
      const made = opened();
      const { res, context } = made;
      guardHead(res, context, OPTIONS);
      res.setHeader('Cache-Control', 'public');
      res.setHeader('CDN-Cache-Control', 'public');
      res.setHeader('Set-Cookie', 'a=1');
      context.sharing = 'private';
      return made;
    };

    it('sends private, no-store by Node itself, if setHeader of the response was replaced', () => {
      const { res, all, events } = shared();
      res.setHeader = broken;
      res.writeHead(200).end();
      expect(all('cache-control')).toEqual(['private, no-store']);
      expect(all('cdn-cache-control')).toEqual([]);
      expect(all('set-cookie')).toEqual([]);
      expect(events).toMatchObject([{ code: 'guard.failed', message: expect.stringContaining('sent private') }]);
    });

    it('takes the cookies off and leaves the rest, if Node can not either, and throws nothing', () => {
      const { res, all, events, context } = shared();
      const spy = jest.spyOn(ServerResponse.prototype, 'setHeader').mockImplementation(broken);
      try {
        res.writeHead(200).end();
      } finally {
        spy.mockRestore();
      }
      expect(all('cache-control')).toEqual(['public']);
      expect(all('set-cookie')).toEqual([]);
      expect(context.leftShareable).toBe(true);
      expect(events).toMatchObject([{ code: 'guard.failed', message: expect.stringContaining('sent as it was') }]);
      expect(JSON.stringify(events)).not.toContain('secret');
    });

    it('closes the head all the same, if it is removeHeader that throws', () => {
      const { res, all, codes } = shared();
      res.removeHeader = broken;
      res.writeHead(200).end();
      expect(all('cache-control')).toEqual(['private, no-store']);
      expect(all('set-cookie')).toEqual([]);
      expect(codes()).toEqual(['guard.failed']);
    });
  });

  it('still packs a head written after the context closed', () => {
    const { res, context, all } = opened();
    guardHead(res, context, { ...OPTIONS, declaredPublic: true });
    context.close();
    res.writeHead(200, { 'Cache-Control': 'public' }).end();
    expect(all('cache-control')).toEqual(['private, no-store']);
  });

  it('reports cookies in early hints and trailers', () => {
    const { res, context, events } = opened();
    guardHead(res, context, OPTIONS);
    res.writeEarlyHints({ link: '</a>; rel=preload', 'Set-Cookie': 'a=secret' });
    res.addTrailers({ 'Set-Cookie': 'a=secret' });
    expect(events).toMatchObject([
      { code: 'cookie.stripped', detail: { where: 'early hints' } },
      { code: 'cookie.stripped', detail: { where: 'trailers' } },
    ]);
    expect(JSON.stringify(events)).not.toContain('secret');
  });
});

describe('guard.bypassed', () => {
  it('reports headers that left without the hook', async () => {
    const { res, context, codes } = opened();
    guardHead(res, context, OPTIONS);
    const internals = res as unknown as { _storeHeader(line: string, headers: object): void };
    internals._storeHeader('HTTP/1.1 200 OK\r\n', { 'Cache-Control': 'public' });
    res.end();
    await once(res, 'finish');
    expect(codes()).toEqual(['guard.bypassed']);
  });

  it('is silent for a head that the hook saw', async () => {
    const { res, context, codes } = opened();
    guardHead(res, context, OPTIONS);
    res.end();
    await once(res, 'finish');
    expect(codes()).toEqual([]);
  });

  it('is silent for a switch of protocols', async () => {
    const { res, context, codes } = opened();
    guardHead(res, context, OPTIONS);
    res.writeHead(101).end();
    await once(res, 'finish');
    expect(codes()).toEqual([]);
  });
});
