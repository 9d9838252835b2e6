import fc from 'fast-check';
import { readActivity, writeActivity } from '../../lib/session/activity.js';
import { checkedData } from '../../lib/session/data.js';
import { hashOf } from '../../lib/session/ids.js';
import { open, seal, sealedLength } from '../../lib/session/seal.js';
import { keyring, SECRETS, token } from '../helpers/tokens.js';

const COOKIE = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*~-_.!'];

/** Cryptography takes a while on a machine that has other work. */
jest.setTimeout(60_000);

/** Keys that are names elsewhere. */
const keys = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'toJSON', 'length', 'then'));
const data = fc.dictionary(keys, fc.jsonValue(), { maxKeys: 4 });

describe('a seal', () => {
  it('is refused after every change of a single character, whichever it is and wherever', async () => {
    const ring = keyring();
    const sealed = await seal(ring, token());
    for (let at = 0; at < sealed.length; at++) {
      const other = COOKIE[(COOKIE.indexOf(sealed[at] ?? '') + 1 + at) % COOKIE.length] ?? '';
      if (other === sealed[at]) continue;
      expect([at, await open(ring, sealed.slice(0, at) + other + sealed.slice(at + 1))]).toEqual([at, null]);
    }
  });

  it('is refused if anything is changed, inserted or cut off', async () => {
    const ring = keyring();
    const sealed = await seal(ring, token());
    const position = fc.nat({ max: sealed.length });
    await fc.assert(
      fc.asyncProperty(
        position,
        fc.nat({ max: 8 }),
        fc.string({ unit: 'binary-ascii', maxLength: 8 }),
        async (at, cut, put) => {
          const changed = sealed.slice(0, at) + put + sealed.slice(at + cut);
          fc.pre(changed !== sealed);
          expect(await open(ring, changed)).toBeNull();
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is never made of random text, and opening never throws', async () => {
    const ring = keyring();
    const { id } = ring.newest('session');
    const prefix = fc.constantFrom(
      '',
      'Fe26.2*',
      'Fe26.1*',
      `Fe26.2*${id}*`,
      'Fe26.2*__proto__*',
      'Fe26.2*constructor*',
      'Fe27.2*1*',
    );
    const parts = fc.array(
      fc.base64String({ maxLength: 64 }).map((text) => text.replace(/[+/=]/g, '-')),
      { maxLength: 8 },
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      parts.map((list) => `${list.join('*')}~2`),
    );
    await fc.assert(
      fc.asyncProperty(prefix, text, async (start, rest) => {
        expect(await open(ring, start + rest)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  it('is as long as sealedLength() says, for any data', async () => {
    await fc.assert(
      fc.asyncProperty(data, async (given) => {
        const made = token({ data: checkedData(given) });
        const ring = keyring();
        const sealed = await seal(ring, made);
        expect(sealed.length).toBe(sealedLength(ring, made));
      }),
      { numRuns: 100 },
    );
  });

  it('gives back exactly the data that were sealed', async () => {
    await fc.assert(
      fc.asyncProperty(data, async (given) => {
        const made = token({ data: checkedData(given) });
        const sealed = await seal(keyring(), made);
        fc.pre(sealed.length <= 4_096);
        expect((await open(keyring(), sealed))?.token).toEqual(made);
      }),
      { numRuns: 100 },
    );
  });

  it('opens exactly where its secret is listed, in any history of rotations', async () => {
    const histories = fc.array(fc.shuffledSubarray([0, 1, 2], { minLength: 1 }), { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const made: { sealed: string; secret: number }[] = [];
        for (const places of history) {
          const ring = keyring(places.map((place) => SECRETS[place] ?? ''));
          for (const { sealed, secret } of made) {
            const opened = await open(ring, sealed);
            expect(opened !== null).toBe(places.includes(secret));
            if (opened) expect(opened.byOldKey).toBe(secret !== places[0]);
          }
          made.push({ sealed: await seal(ring, token()), secret: places[0] ?? -1 });
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('an activity cookie', () => {
  const ring = keyring();
  const written = writeActivity(ring, { time: Date.UTC(2026, 0, 1), session: hashOf('a'), ended: true });

  it('is refused after every change of a single character', () => {
    for (let at = 0; at < written.length; at++) {
      for (const other of COOKIE) {
        if (other === written[at]) continue;
        expect(readActivity(ring, written.slice(0, at) + other + written.slice(at + 1))).toBeNull();
      }
    }
  });

  it('is refused if anything else is changed, and reading never throws', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: written.length }),
        fc.nat({ max: 50 }),
        fc.string({ unit: 'binary', maxLength: 50 }),
        (at, cut, put) => {
          const changed = written.slice(0, at) + put + written.slice(at + cut);
          fc.pre(changed !== written);
          expect(readActivity(ring, changed)).toBeNull();
        },
      ),
    );
  });

  it('says what was written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 8e13 }), fc.string(), fc.boolean(), (time, id, ended) => {
        const activity = { time, session: hashOf(id), ended };
        expect(readActivity(ring, writeActivity(ring, activity))).toEqual(activity);
      }),
    );
  });
});
