import type { DatabaseFile } from '../../../../lib/stores/sqlite/database-file.js';
import { use } from '../../../../lib/stores/sqlite/retry.js';

const BUSY = Object.assign(new Error('locked'), { rawCode: 5 });

/** A file that is locked the first time. */
function lockedOnce() {
  let calls = 0;
  const file = {
    path: 'x.db',
    use() {
      if (calls++ === 0) throw BUSY;
      return 'done';
    },
  } as unknown as DatabaseFile;
  return { file, calls: () => calls };
}

it('runs the work once the lock is gone', async () => {
  const { file } = lockedOnce();
  expect(await use(file, () => 'work', new AbortController().signal)).toBe('done');
});

it('never runs work that was given up while it waited: a take would lose its value', async () => {
  const { file, calls } = lockedOnce();
  const abort = new AbortController();
  const used = use(file, () => 'work', abort.signal);
  abort.abort();
  await expect(used).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE', cause: BUSY });
  expect(calls()).toBe(1);
});
