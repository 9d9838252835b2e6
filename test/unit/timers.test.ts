import { pause, systemTimers, within } from '../../lib/timers.js';
import { manualTime } from '../helpers/manual-time.js';

describe('within', () => {
  it('answers what the work answers, and leaves no timer behind', async () => {
    const { timers, pass } = manualTime();
    let aborted = false;
    const work = async (signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return 'done';
    };
    await expect(within(timers, 100, work)).resolves.toBe('done');
    await pass(200);
    expect(aborted).toBe(false);
  });

  it('rejects past the deadline and aborts the work', async () => {
    const { timers, pass } = manualTime();
    let aborted = false;
    const late = within(timers, 100, async (signal) => {
      await pause(timers, 1_000);
      aborted = signal.aborted;
    });
    const refused = expect(late).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE', message: /within 100 ms/ });
    await pass(1_000);
    await refused;
    expect(aborted).toBe(true);
  });

  it('passes on what the work throws', async () => {
    const failing = within(manualTime().timers, 100, () => Promise.reject(new RangeError('no')));
    await expect(failing).rejects.toThrow(RangeError);
  });
});

describe('systemTimers', () => {
  it('never fires early: the wait before a revocation resolves would prove nothing', async () => {
    const began = performance.now();
    await pause(systemTimers, 5);
    expect(performance.now() - began).toBeGreaterThanOrEqual(5);
  });

  it('can be cancelled', async () => {
    const ran: string[] = [];
    const cancel = systemTimers.after(1, () => ran.push('cancelled'));
    cancel();
    await pause(systemTimers, 5);
    expect(ran).toEqual([]);
  });
});
