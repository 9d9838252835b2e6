import { execFileSync } from 'node:child_process';

/**
 * The hook repeats what these functions of Node do. A change of one of them in a new release has to be read before its
 * hash is added here; the differential test in head-hook.test.ts says what differs.
 */
const KNOWN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  v20: {
    writeHead: ['18ff17257fea6ba2'],
    setHeader: ['e765935315f5c31c'],
    appendHeader: ['ac9eca0c754d3c75'],
    writeEarlyHints: ['cc09b5f4171b1bfd'],
    addTrailers: ['cc3d7156d44375b6'],
  },
};

/** Asked of a fresh process: in this one the prototype may be patched already. */
const PROGRAM = `
  const { createHash } = require('node:crypto');
  const { ServerResponse } = require('node:http');
  const names = ['writeHead', 'setHeader', 'appendHeader', 'writeEarlyHints', 'addTrailers'];
  const hash = (name) => createHash('sha256').update(String(ServerResponse.prototype[name])).digest('hex').slice(0, 16);
  console.log(JSON.stringify(Object.fromEntries(names.map((name) => [name, hash(name)]))));
`;

const release = process.version.split('.', 1)[0] ?? '';

describe("Node's response", () => {
  const known = KNOWN[release];
  (known ? it : it.skip)('is the one that the hook was written for', () => {
    const found: Record<string, string> = JSON.parse(
      execFileSync(process.execPath, ['-e', PROGRAM], { encoding: 'utf8' }),
    );
    for (const [name, hash] of Object.entries(found))
      expect([name, known?.[name]]).toEqual([name, expect.arrayContaining([hash])]);
  });
});
