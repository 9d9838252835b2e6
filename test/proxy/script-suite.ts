/**
 * A script that renews the session, behind one careless cache: the swap of ERPNext and its like. A page's own requests
 * find it, those of somebody who looks at pages alone do not.
 */
import type { AddressInfo } from 'node:net';
import { Browser } from '../helpers/browser.js';
import { type CacheKind, startCache } from '../helpers/caches.js';
import { SCRIPT, scriptApp } from './script-app.js';
import type { Front } from './table.js';

export function scriptSuite(cache: CacheKind): void {
  const { cookies, honoursVary } = cache.careless;

  it(`of express-session ${cookies ? 'makes its second visitor the first' : 'is given to its second visitor'}`, async () => {
    expect(await visitTwice(cache, 'bare')).toEqual({ script: 'ada', session: cookies ? 'ada' : 'bob' });
  });

  it('behind guard() makes nobody another', async () => {
    expect(await visitTwice(cache, 'guard')).toEqual({ script: honoursVary ? 'bob' : 'ada', session: 'bob' });
  });

  it("of the kit's is nobody's, and makes nobody another", async () => {
    expect(await visitTwice(cache, 'kit')).toEqual({ script: null, session: 'bob' });
  });
}

interface Visit {
  /** Whose script it was. */
  readonly script: string | null;
  /** Whom the app took him for afterwards. */
  readonly session: string | null;
}

/** On a machine so slow that a second passes in between, nothing is replayed. */
const ATTEMPTS = 5;

/** Ada loads the script, then bob, and what becomes of him. */
async function visitTwice(cache: CacheKind, front: Front): Promise<Visit> {
  const app = scriptApp(front);
  await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve));
  const { port } = app.server.address() as AddressInfo;
  const [ada, bob] = [new Browser(), new Browser()];
  try {
    const service = await startCache(cache, 'careless', port);
    try {
      await ada.post(service.port, '/login/ada');
      await bob.post(service.port, '/login/bob');
      let script: string | null = null;
      for (let attempt = 0; attempt < ATTEMPTS && script !== 'ada'; attempt++) {
        await ada.get(service.port, SCRIPT);
        script = (await bob.get(service.port, SCRIPT)).owner;
      }
      return { script, session: await bob.whoIsIt(port) };
    } finally {
      await service.stop();
    }
  } finally {
    ada.close();
    bob.close();
    await app.close();
  }
}
