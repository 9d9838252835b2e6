import { refusingProxy } from '../../../lib/session/handle-proxy.js';
import { thrownBy } from '../../helpers/thrown.js';

class Handle {
  readonly active = true;
  #calls = 0;
  update(..._args: unknown[]): number {
    return ++this.#calls;
  }
}

function handle() {
  const touched: string[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: what JavaScript can do to a handle, types would refuse
  const proxy: any = refusingProxy(new Handle(), (name) => touched.push(name));
  return { proxy, touched };
}

describe('the handle refuses at once, by name, with what to do instead', () => {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  it.each<[string, (session: any) => unknown, string]>([
    [
      'a property set on it',
      (session) => {
        session.userId = 7;
      },
      'session.userId = ...',
    ],
    [
      'a known property set',
      (session) => {
        session.active = false;
      },
      'session.active = ...',
    ],
    ['Object.assign', (session) => Object.assign(session, { a: 1 }), 'session.a = ...'],
    ['defineProperty', (session) => Object.defineProperty(session, 'a', { value: 1 }), 'session.a = ...'],
    ['delete', (session) => delete session.userId, 'delete session.userId'],
    ['a callback', (session) => session.update({}, () => {}), 'session.update(callback)'],
    ['save', (session) => session.save, 'session.save is'],
    ['save(callback)', (session) => session.save(() => {}), 'await session.update(patch)'],
    ['touch', (session) => session.touch(), 'session.touch is'],
    ['reload', (session) => session.reload(() => {}), 'session.reload is'],
    ['cookie', (session) => session.cookie.maxAge, 'session.cookie is'],
    ['resetMaxAge', (session) => session.resetMaxAge(), 'session.resetMaxAge is'],
    ['another prototype', (session) => Object.setPrototypeOf(session, {}), 'Object.setPrototypeOf(session)'],
    ['freezing', (session) => Object.freeze(session), 'Object.freeze(session)'],
  ])('%s', (_what, use, message) => {
    const error = thrownBy(() => use(handle().proxy));
    expect(error.code).toBe('ERR_NOT_EXPRESS_SESSION');
    expect(error.message).toContain(message);
  });
});

describe('the handle tells of every use', () => {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  it.each<[string, (session: any) => unknown, string[]]>([
    ['a field', (session) => session.active, ['active']],
    ['a method, taken and called', (session) => session.update(), ['update', 'update']],
    ['an unknown name', (session) => session.userId, ['userId']],
    ['destructuring', ({ active }) => active, ['active']],
    ['in', (session) => 'active' in session, ['active']],
    ['keys', (session) => Reflect.ownKeys(session), ['keys']],
    ['a descriptor', (session) => Object.getOwnPropertyDescriptor(session, 'active'), ['active']],
  ])('%s', (_what, use, expected) => {
    const { proxy, touched } = handle();
    use(proxy);
    expect(touched).toEqual(expected);
  });

  it('but awaiting it, or asking for a symbol, is no use', async () => {
    const { proxy, touched } = handle();
    await proxy;
    expect(proxy[Symbol.toStringTag]).toBeUndefined();
    expect(touched).toEqual([]);
  });
});

describe('the handle works', () => {
  it('with methods taken out of it', () => {
    const { update } = handle().proxy;
    expect([update(), update({})]).toEqual([1, 2]);
  });

  it('with what every object has', () => {
    const { proxy } = handle();
    expect([Object.hasOwn(proxy, 'active'), `${proxy}`, proxy.constructor]).toEqual([true, '[object Object]', Handle]);
    expect(JSON.stringify(proxy)).toBe('{"active":true}');
  });
});
