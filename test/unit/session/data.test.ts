import { checkedData, patched } from '../../../lib/session/data.js';
import { thrownBy } from '../../helpers/thrown.js';

describe('checkedData()', () => {
  it('answers a frozen copy: what the app changes later is not in the session', () => {
    const given = { cart: [{ id: 1 }], at: null, on: true };
    const data = checkedData(given);
    given.cart.push({ id: 2 });
    expect(data).toEqual({ cart: [{ id: 1 }], at: null, on: true });
    expect(Object.isFrozen(data) && Object.isFrozen(data.cart)).toBe(true);
  });

  it('leaves out keys whose value is undefined, as JSON does', () => {
    expect(Object.keys(checkedData({ a: undefined, b: 1 }))).toEqual(['b']);
  });

  it('keeps __proto__ a key like any other', () => {
    const data = checkedData(JSON.parse('{"__proto__":{"admin":true}}'));
    expect(Object.keys(data)).toEqual(['__proto__']);
    expect((data as { admin?: boolean }).admin).toBeUndefined();
  });

  it('makes of negative zero what JSON makes of it', () => {
    expect(Object.is(checkedData({ n: -0 }).n, 0)).toBe(true);
  });

  class Cart {
    secret = 'tell-nobody';
  }
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;

  it.each<[string, unknown, string]>([
    ['a Date', { a: { at: new Date(0) } }, 'session data.a.at must be JSON'],
    ['a class', { cart: new Cart() }, 'session data.cart must be JSON'],
    ['a function', { f: () => 'tell-nobody' }, 'session data.f must'],
    ['a symbol', { s: Symbol('tell-nobody') }, 'session data.s must'],
    ['a symbol as key', { a: { [Symbol('tell-nobody')]: 1 } }, 'session data.a must'],
    ['a bigint', { n: 10n }, 'session data.n must'],
    ['NaN', { list: [0, Number.NaN] }, 'session data.list[1] must'],
    ['Infinity', { n: Number.POSITIVE_INFINITY }, 'session data.n must'],
    ['undefined in a list', { list: [undefined] }, 'session data.list[0] must'],
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is refused
    ['a hole in a list', { list: [1, , 3] }, 'session data.list[1] must'],
    ['a Map', { m: new Map([['tell-nobody', 1]]) }, 'session data.m must'],
    ['a boxed string', { s: Object('tell-nobody') }, 'session data.s must'],
    ['a cycle', cycle, 'nested at most 20 deep'],
    ['a list', ['tell-nobody'], 'session data must be a plain object'],
    ['a text', 'tell-nobody', 'session data must be a plain object'],
    ['null', null, 'session data must be a plain object'],
  ])('refuses %s by its path and never by its value', (_what, data, message) => {
    const error = thrownBy(() => checkedData(data));
    expect(error.code).toBe('ERR_SESSION_DATA_INVALID');
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('tell-nobody');
  });
});

describe('patched()', () => {
  const data = checkedData({ a: 1, b: { c: 2 } });

  it('lays keys over the data, and takes away those that are undefined', () => {
    expect(patched(data, { a: undefined, b: { d: 3 }, e: 4 })).toEqual({ b: { d: 3 }, e: 4 });
    expect(data).toEqual({ a: 1, b: { c: 2 } });
  });

  it('checks what it lays over', () => {
    expect(thrownBy(() => patched(data, { at: new Date(0) })).message).toContain('session data.at');
    for (const patch of [null, undefined, 'a', [1]]) {
      expect(thrownBy(() => patched(data, patch)).message).toContain('session patch must be a plain object');
    }
  });

  it('takes __proto__ for a key', () => {
    expect(Object.keys(patched(data, JSON.parse('{"__proto__":1}')))).toEqual(['a', 'b', '__proto__']);
  });
});
