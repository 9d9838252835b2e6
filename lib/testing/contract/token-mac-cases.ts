/** Service tokens: giving their records and versions other MACs. The rules are those of tokens/token-store.ts. */
import { same } from './contract-case.js';
import type { TokenCase } from './token-case.js';
import { macNamed, shown } from './token-steps.js';

export const TOKEN_MAC_CASES: readonly TokenCase[] = [
  {
    asks: 'renewMacs() shows each record and each version once, writes the MACs it is answered, and nothing else',
    because: 'a secret of the kit could never be retired',
    async run(steps) {
      for (let each = 100; each < 250; each++) await steps.create(`token${each}`);
      await steps.rotate('token100', 'second');
      const before = shown(await steps.read('token100'));
      const seen: string[] = [];
      const renewed = await steps.store.renewMacs(({ id, version }, place) => {
        seen.push(`${place} ${id} ${version}`);
        return id === 'token100' ? macNamed(`${place} ${version}`) : null;
      });
      same([renewed, new Set(seen).size, seen.length], [3, 301, 301]);
      same(shown(await steps.read('token100')), { ...before, mac: macNamed('record 2') });
      await steps.restore('token100', { at: 1_999 });
      same((await steps.read('token100'))?.mac, macNamed('version 1'));
    },
  },
  {
    asks: 'renewMacs() writes no MAC over one that was made meanwhile',
    because: 'a token that was rotated meanwhile would be refused as damaged',
    async run(steps) {
      await steps.create('token001');
      const rotations: Promise<boolean>[] = [];
      await steps.store.renewMacs(({ mac }, place) => {
        if (place === 'record' && rotations.length === 0) rotations.push(steps.rotate('token001', 'second'));
        return place === 'record' && mac === macNamed('token001') ? macNamed('late') : null;
      });
      same(await Promise.all(rotations), [true]);
      same((await steps.read('token001'))?.mac, macNamed('second'));
    },
  },
];
