import cluster from 'node:cluster';
import { memory } from '../../../lib/stores/memory.js';
import { logKit } from '../../helpers/log-kit.js';
import { bornAt } from '../../helpers/log-process.js';

describe('memory', () => {
  const environment = process.env.NODE_ENV;
  afterEach(() => {
    process.env.NODE_ENV = environment;
    jest.restoreAllMocks();
  });

  it('is refused in production unless asked for by name', () => {
    process.env.NODE_ENV = 'production';
    expect(() => memory()).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_UNSAFE', message: expect.stringContaining('swapproof/sqlite') }),
    );
    expect(memory({ insecureInProduction: true }).name).toBe('memory');
  });

  it('is refused in a worker of node:cluster unless asked for by name', () => {
    jest.replaceProperty(cluster, 'isWorker', true);
    expect(() => memory()).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_UNSAFE', message: expect.stringContaining('node:cluster') }),
    );
    expect(memory({ insecureInProduction: true }).name).toBe('memory');
  });

  it('serves one kit: a second would not see its revocations', () => {
    const store = memory();
    store.open({ keep: 1_000 });
    expect(() => store.open({ keep: 1_000 })).toThrow(expect.objectContaining({ code: 'ERR_STORE_UNSAFE' }));
  });

  it('revokes at once, a thousand together', async () => {
    const { replica, revoker, close, events } = logKit(memory().open({ keep: 1e9 }));
    await replica.catchUp(1_000);
    const session = bornAt(replica);
    const roots = Array.from({ length: 1_000 }, (_, each) => `r${each}`);
    await Promise.all(roots.map((key) => revoker.append({ kind: 'root', key })));
    expect(roots.filter((root) => replica.verdict({ ...session, root, id: root }) !== 'revoked')).toEqual([]);
    expect(replica.verdict(session)).toBe('valid');
    expect(events).toEqual([]);
    await close();
  });
});
