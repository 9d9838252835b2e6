import { attachLog } from '../../lib/console-log.js';
import { type EventCode, Events, type Severity } from '../../lib/events.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function logged(log?: Parameters<typeof attachLog>[1]) {
  const events = new Events(() => 0);
  const lines: string[] = [];
  const attached = attachLog(events, log, (line) => lines.push(line));
  const emit = (code: EventCode, route: string, message: string, severity?: Severity) =>
    events.emit(code, message, { source: { requestId: 'r', route }, ...(severity && { severity }) });
  return { events, lines, emit, close: () => attached.close() };
}

describe('without a log option', () => {
  it('writes warn and above, one line each', () => {
    const { lines, emit } = logged();
    emit(
      'cache.violation',
      'GET /account/:id',
      'GET /account/:id was marked public after routes/account.js:41 read the session; sent private, no-store.',
    );
    emit('guard.bypassed', 'GET /x', 'The headers left.');
    emit('cache.violation', 'GET /y', 'GET /y was marked.', 'info');
    expect(lines).toEqual([
      'swapproof WARN cache.violation GET /account/:id was marked public after routes/account.js:41 read the session; sent private, no-store.\n',
      'swapproof CRITICAL guard.bypassed GET /x: The headers left.\n',
    ]);
  });

  it('writes repetitions of a code and route as a count a minute', () => {
    const { lines, emit } = logged();
    for (let i = 0; i < 4; i++) emit('cache.violation', 'GET /a', 'GET /a was marked.');
    emit('cache.violation', 'GET /b', 'GET /b was marked.');
    expect(lines).toHaveLength(2);
    jest.advanceTimersByTime(60_000);
    expect(lines.slice(2)).toEqual(['swapproof WARN cache.violation GET /a happened 3 more times.\n']);
    jest.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(3);
    emit('cache.violation', 'GET /a', 'GET /a was marked.');
    jest.advanceTimersByTime(60_000);
    expect(lines[3]).toBe('swapproof WARN cache.violation GET /a happened 1 more time.\n');
  });

  it('writes events without a route', () => {
    const { events, lines } = logged();
    events.emit('mounted.twice', 'Twice.');
    events.emit('mounted.twice', 'Twice.');
    jest.advanceTimersByTime(60_000);
    expect(lines).toEqual([
      'swapproof WARN mounted.twice Twice.\n',
      'swapproof WARN mounted.twice happened 1 more time.\n',
    ]);
  });

  it('lets nothing in a message begin another line or move the cursor', () => {
    const { lines, emit } = logged();
    emit('cache.violation', 'GET /a', 'GET /a\nswapproof INFO all is well\u001b[2J\u0085');
    expect(lines).toEqual(['swapproof WARN cache.violation GET /a?swapproof INFO all is well?[2J?\n']);
  });

  it('stops telling routes apart above a thousand', () => {
    const { lines, emit } = logged();
    for (let i = 0; i < 1_200; i++) emit('cache.violation', `GET /${i}`, `GET /${i} was marked.`);
    expect(lines).toHaveLength(1_001);
    jest.advanceTimersByTime(60_000);
    expect(lines[1_001]).toBe('swapproof WARN cache.violation happened 199 more times.\n');
  });

  it('keeps no process alive, and ends with its counts written', () => {
    const { lines, emit, close, events } = logged();
    const unref = jest.spyOn(globalThis, 'setInterval');
    emit('cache.violation', 'GET /a', 'GET /a was marked.');
    emit('cache.violation', 'GET /a', 'GET /a was marked.');
    expect(unref.mock.results[0]?.value.hasRef()).toBe(false);
    unref.mockRestore();
    close();
    expect(lines[1]).toBe('swapproof WARN cache.violation GET /a happened 1 more time.\n');
    events.emit('mounted.twice', 'Twice.');
    expect(lines).toHaveLength(2);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('the log option', () => {
  it('is silence with false', () => {
    const { lines, emit, close } = logged(false);
    emit('guard.bypassed', 'GET /x', 'x');
    close();
    expect(lines).toEqual([]);
  });

  it('is every event with a function, and no lines', () => {
    const log = jest.fn();
    const { lines, emit, close } = logged(log);
    emit('cache.violation', 'GET /x', 'x', 'info');
    close();
    emit('cache.violation', 'GET /x', 'x');
    expect(log).toHaveBeenCalledTimes(1);
    expect(lines).toEqual([]);
  });
});
