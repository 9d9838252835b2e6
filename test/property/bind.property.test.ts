/** The bound session's cookie, whatever stands in it. */
import { createHmac } from 'node:crypto';
import { parse } from 'cookie';
import fc from 'fast-check';
import { BoundRequest } from '../../lib/bind/bound-request.js';
import { expressSessionId } from '../../lib/bind/express-session-id.js';
import { BindReports } from '../../lib/bind/reports.js';
import { cookieValueOf, lengthened, withoutReplaced } from '../../lib/bind/session-lines.js';
import { bindSettings } from '../../lib/bind/settings.js';
import { settle } from '../../lib/bind/settle.js';
import { readTag, writeTag } from '../../lib/bind/tag.js';
import { parseCookieHeader } from '../../lib/request/cookie-header.js';
import { cookieNameOf, isExpiring } from '../../lib/response/set-cookie-line.js';
import { hashOf } from '../../lib/session/ids.js';
import { opened } from '../helpers/guarded.js';
import { keyring, SECRETS } from '../helpers/tokens.js';

const bytes = fc.string({ unit: fc.constantFrom(...' \t";,=.%s:3A20\\aZ9-_~\u00e9'), maxLength: 40 });

it('reads the id that express-session would read, or none where it would read none', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        bytes,
        bytes.map((text) => `s:${text}.sig`),
        bytes.map((text) => encodeURIComponent(`s:${text}.x`)),
      ),
      (value) => {
        const header = `sid=${value}`;
        const [pair] = parseCookieHeader(header);
        const seen = parse(header).sid ?? '';
        // As express-session and cookie-signature take it apart.
        const id = seen.startsWith('s:') ? seen.slice(2).slice(0, Math.max(0, seen.slice(2).lastIndexOf('.'))) : '';
        expect(expressSessionId(pair?.value ?? '')).toBe(id === '' ? null : id);
      },
    ),
  );
});

it('reads every id that express-session signs', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (id, secret) => {
      const value = encodeURIComponent(
        `s:${id}.${createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '')}`,
      );
      expect(expressSessionId(value)).toBe(id);
      expect(expressSessionId(cookieValueOf(`sid=${value}; Path=/; HttpOnly`))).toBe(id);
    }),
  );
});

it('believes a tag only as it was written', () => {
  const ring = keyring();
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(90), (id, noise, at) => {
      const tag = writeTag(ring, id);
      expect(readTag(ring, tag)).toBe(hashOf(id));
      const broken = tag.slice(0, at) + noise + tag.slice(at + 1);
      if (broken !== tag) expect(readTag(ring, broken)).toBeNull();
      expect(readTag(ring, noise)).toBeNull();
    }),
  );
});

const attribute = fc.constantFrom(
  'Path=/',
  'path=/a',
  'Domain=x.test',
  'Domain=.X.test',
  'Max-Age=5',
  'max-age=-1',
  'MAX-AGE=x',
  'Expires=Wed, 01 Jan 2031 00:00:00 GMT',
  'expires=soon',
  'HttpOnly',
  'SameSite=None',
  'Secure',
  '',
  '=',
  'Max-Age',
);
const line = fc
  .tuple(
    fc.constantFrom('sid', 'other', ' sid', '=sid', 'dev-1-owner'),
    fc.constantFrom('s:a.x', 's%3Ab.x', 'junk', ''),
    fc.array(attribute, { maxLength: 5 }),
  )
  .map(([name, value, attributes]) => [`${name}=${value}`, ...attributes].join('; '));

it('lengthens lifetimes and nothing else, and never ends a session by it', () => {
  fc.assert(
    fc.property(line, (given) => {
      const now = Date.UTC(2030, 0, 1);
      const longer = lengthened(given, now);
      const rest = (text: string) =>
        text
          .split(';')
          .map((piece) => piece.trim())
          .filter((piece) => !/^(max-age|expires)(=|$)/i.test(piece));
      expect(rest(longer)).toEqual(rest(given));
      expect(lengthened(longer, now)).toBe(longer);
      if (longer !== given) expect(isExpiring(longer, now)).toBe(false);
    }),
  );
});

it('settles any lines to an outcome that settles to itself, and never touches other cookies', () => {
  const settings = [undefined, String].map((idOf) =>
    bindSettings({ secret: SECRETS[0], ...(idOf && { idOf }) }, ['sid']),
  );
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 6 }),
      fc.constantFrom('GET', 'POST'),
      fc.constantFrom<string[]>([], ['s:a.x'], ['s:b.x']),
      fc.constantFrom('none', 'a', 'b'),
      fc.constantFrom(...settings),
      fc.constantFrom(200, 302, 304),
      (given, method, sessions, tagOf, setting, status) => {
        const { context } = opened({ method });
        const tags = tagOf === 'none' ? [] : [writeTag(setting.keyring, tagOf)];
        const reports = new BindReports(context.events);
        const bound = new BoundRequest(
          { settings: setting, reports, context },
          { name: 'dev-1-owner', secure: false },
          { sessions, tags },
        );
        const { lines } = settle(bound, given, { status, firstId: undefined, now: 0 });
        expect(settle(bound, lines, { status, firstId: undefined, now: 0 }).lines).toEqual(lines);
        const others = (all: readonly string[]) => all.filter((text) => cookieNameOf(text) === 'other');
        expect(others(lines)).toEqual(others(given));
        if (context.safe)
          expect(
            lines.filter(
              (text) =>
                cookieNameOf(text) === 'sid' &&
                bound.idOf(cookieValueOf(text)) === bound.id &&
                bound.id !== null &&
                !isExpiring(text, 0),
            ),
          ).toEqual([]);
        context.close();
      },
    ),
  );
});

it('keeps the last of the lines that a browser would keep', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (given) => {
      const kept = withoutReplaced(given, 'sid');
      expect(kept.at(-1)).toBe(given.at(-1));
      expect(withoutReplaced(kept, 'sid')).toEqual(kept);
    }),
  );
});
