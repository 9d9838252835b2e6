import { type EventCode, Events, eventCodes, type SwapproofEvent } from '../../lib/events.js';
import { settled } from '../helpers/deferred.js';
import { recordedEvents } from '../helpers/recorded-events.js';
import { thrownBy } from '../helpers/thrown.js';

describe('Events', () => {
  it('tells listeners of the code and of all codes what happened, when and where', () => {
    const events = new Events(() => 7);
    const [one, all, other] = [jest.fn(), jest.fn(), jest.fn()];
    events.on('swap.suspected', one);
    events.on('*', all);
    events.on('csrf.refused', other);
    const source = { requestId: 'r1', route: 'GET /' };
    events.emit('swap.suspected', 'A cache hands on.', { source, detail: { session: 'hash' } });
    const event = {
      code: 'swap.suspected',
      severity: 'critical',
      at: 7,
      requestId: 'r1',
      route: 'GET /',
      message: 'A cache hands on.',
      detail: { session: 'hash' },
    };
    expect(one.mock.calls).toEqual([[event]]);
    expect(all.mock.calls).toEqual([[event]]);
    expect(other).not.toHaveBeenCalled();
  });

  it('takes of a source its name and nothing else: a context fits', () => {
    const { events, seen } = recordedEvents();
    const source = { requestId: 'r1', route: 'GET /', credentials: 'secret' };
    events.emit('session.started', 'x', { source });
    expect(JSON.stringify(seen)).not.toContain('secret');
  });

  it('freezes what several listeners see', () => {
    const { events, seen } = recordedEvents();
    events.emit('session.started', 'x', { detail: { a: 1 } });
    expect(Object.isFrozen(seen[0]) && Object.isFrozen(seen[0]?.detail)).toBe(true);
  });

  it('grades by code, or by the emitter where one code covers two grades', () => {
    const { events, seen } = recordedEvents();
    events.emit('cache.downgraded', 'x');
    events.emit('cache.downgraded', 'x', { severity: 'info' });
    expect(seen.map(({ severity }) => severity)).toEqual(['warn', 'info']);
  });

  it('stops telling a listener that was taken off', () => {
    const events = new Events();
    const listener = jest.fn();
    events.on('*', listener)();
    events.emit('session.started', 'x');
    expect(listener).not.toHaveBeenCalled();
  });

  it('delivers an event once to a listener that puts itself on again', () => {
    const events = new Events();
    let [calls, off] = [0, () => {}];
    const listener = () => {
      off();
      if (calls++ < 5) off = events.on('*', listener);
    };
    off = events.on('*', listener);
    events.emit('session.started', 'x');
    expect(calls).toBe(1);
  });

  describe('a listener that fails', () => {
    const secret = 'token-in-a-message';

    it.each([
      [
        'throws',
        () => {
          throw new TypeError(secret);
        },
      ],
      [
        'rejects',
        async () => {
          throw new TypeError(secret);
        },
      ],
    ])('%s: the others are told, and so is its failure, by name only', async (_how, broken) => {
      const { events, seen } = recordedEvents();
      events.on('session.started', broken);
      events.emit('session.started', 'x');
      await settled();
      const failure = seen.find(({ code }) => code === 'listener.failed');
      expect(failure?.message).toBe('A listener of session.started threw a TypeError.');
      expect(seen.map(({ code }) => code).sort()).toEqual(['listener.failed', 'session.started']);
      expect(JSON.stringify(seen)).not.toContain(secret);
    });

    it('is not told of its own failure for ever', () => {
      const events = new Events();
      const broken = jest.fn((_event: SwapproofEvent) => {
        throw new Error('always');
      });
      events.on('*', broken);
      events.emit('session.started', 'x');
      expect(broken.mock.calls.map(([{ code }]) => code)).toEqual(['session.started', 'listener.failed']);
    });
  });

  it.each([['swap.suspect'], ['error'], ['__proto__'], ['constructor'], [undefined]])(
    'refuses the code %p: an alarm that can not ring',
    (code) => {
      const error = thrownBy(() => new Events().on(code as EventCode, () => {}));
      expect(error.code).toBe('ERR_INVALID_ARGUMENT');
      expect(error.message).toContain('swap.suspected');
    },
  );

  it('refuses a listener that is no function', () => {
    expect(thrownBy(() => new Events().on('*', undefined as never)).code).toBe('ERR_INVALID_ARGUMENT');
  });

  it('has no code that EventEmitter treats as fatal', () => {
    expect(eventCodes).not.toContain('error');
    expect(eventCodes).toEqual([...eventCodes].sort());
  });
});
