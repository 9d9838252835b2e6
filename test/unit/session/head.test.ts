import { captureHere } from '../../../lib/request/place.js';
import { readActivity } from '../../../lib/session/activity.js';
import { addClearSiteData, addToPrivateHead, reportLostWrites } from '../../../lib/session/head.js';
import { hashOf } from '../../../lib/session/ids.js';
import { ownerTag } from '../../../lib/session/owner-tag.js';
import { NO_SESSION } from '../../../lib/session/standing.js';
import { liveToken, openRequest, type Parts, type Presenting, sessionParts } from '../../helpers/session-parts.js';

const DAY = 86_400_000;
const TENTH = DAY / 10;

/** The head of a private response to a GET with a session, and what it says about activity. */
async function head(
  presenting: (parts: Parts, hash: string) => Presenting = () => ({}),
  before: (res: Parameters<typeof addToPrivateHead>[2]) => void = () => {},
) {
  const parts = await sessionParts();
  const token = liveToken(parts);
  const mark = jest.spyOn(parts.services.lastSeen, 'mark');
  const opened = openRequest(parts, { method: 'GET', token, ...presenting(parts, hashOf(token.id)) });
  before(opened.wire.res);
  addToPrivateHead(parts.services, opened.session, opened.wire.res);
  const line = opened.context.outgoingCookies.get('__Host-activity');
  const activity = readActivity(parts.services.keyring, /=([^;]*)/.exec(line ?? '')?.[1]);
  return { ...opened, parts, token, mark, activity };
}

describe('the activity cookie', () => {
  it('is written where the request brought none', async () => {
    const { activity, token, parts, mark } = await head();
    expect(activity).toEqual({ time: parts.clock.now(), session: hashOf(token.id), ended: false });
    expect(mark).toHaveBeenCalledWith(token.root);
  });

  it.each([
    ['not before a tenth of the idle time', TENTH - 1, false],
    ['after a tenth of the idle time', TENTH, true],
    ['where it says a time to come', -TENTH, true],
  ])('is renewed, %s', async (_when, age, renewed) => {
    const { activity } = await head(({ clock }, session) => ({
      activity: { time: clock.now() - age, session, ended: false },
    }));
    expect(activity !== null).toBe(renewed);
  });

  it.each([
    ['another session', (hash: string) => ({ session: `${hash.slice(1)}x`, ended: false })],
    ['an ended one', (session: string) => ({ session, ended: true })],
  ])('is renewed for the rightful session where it names %s', async (_what, change) => {
    const { activity, token } = await head(({ clock }, hash) => ({ activity: { time: clock.now(), ...change(hash) } }));
    expect(activity).toMatchObject({ session: hashOf(token.id), ended: false });
  });

  it('is left as a write of this request set it', async () => {
    const parts = await sessionParts();
    const { session, context, wire } = openRequest(parts, { token: liveToken(parts) });
    context.outgoingCookies.set('__Host-activity', 'as set');
    addToPrivateHead(parts.services, session, wire.res);
    expect(context.outgoingCookies.get('__Host-activity')).toBe('as set');
  });

  it('is not written for a token, whose session was seen all the same', async () => {
    const parts = await sessionParts();
    const mark = jest.spyOn(parts.services.lastSeen, 'mark');
    const token = liveToken(parts);
    const standing = { ...NO_SESSION, token, inactiveBecause: null, bearer: true };
    const { session, context, wire } = openRequest(parts, { standing });
    addToPrivateHead(parts.services, session, wire.res);
    expect([context.outgoingCookies.size, mark.mock.calls]).toEqual([0, [[token.root]]]);
  });

  it('is not written without a session, nor where whoami answers: a tab that polls would never go idle', async () => {
    const parts = await sessionParts();
    const mark = jest.spyOn(parts.services.lastSeen, 'mark');
    const [anonymous, polling] = [openRequest(parts), openRequest(parts, { token: liveToken(parts) })];
    polling.session.passive = true;
    for (const { session, context, wire } of [anonymous, polling]) {
      addToPrivateHead(parts.services, session, wire.res);
      expect(context.outgoingCookies.size).toBe(0);
    }
    expect(mark).not.toHaveBeenCalled();
  });
});

describe('the owner tag', () => {
  it('is repeated as it came, and no other origin reads it', async () => {
    const parts = await sessionParts();
    const token = liveToken(parts);
    const tag = ownerTag(parts.services.keyring, token.root);
    const { session, wire } = openRequest(parts, { token, ownerTag: tag });
    wire.res.setHeader('Timing-Allow-Origin', '*');
    wire.res.setHeader('Server-Timing', ['db;dur=5', 'swapproof;desc="of someone else"']);
    addToPrivateHead(parts.services, session, wire.res);
    expect(wire.res.getHeader('server-timing')).toEqual(['db;dur=5', `swapproof;desc="${tag}"`]);
    expect(wire.res.hasHeader('timing-allow-origin')).toBe(false);
  });

  it("of another session is never repeated: the session's own is sent", async () => {
    const { wire, token, parts } = await head(({ services }) => ({
      ownerTag: ownerTag(services.keyring, 'someone else'),
    }));
    expect(wire.res.getHeader('server-timing')).toEqual([
      `swapproof;desc="${ownerTag(parts.services.keyring, token.root)}"`,
    ]);
  });

  it('that did not come is not sent, with or without a session', async () => {
    expect((await head()).wire.res.hasHeader('server-timing')).toBe(false);
    const parts = await sessionParts();
    const { session, wire } = openRequest(parts, { ownerTag: 'tag' });
    addToPrivateHead(parts.services, session, wire.res);
    expect(wire.res.hasHeader('server-timing')).toBe(false);
  });
});

describe('Clear-Site-Data', () => {
  it.each([
    ['POST', ['cache', 'storage'], '"cache", "storage"'],
    ['POST', [], undefined],
    ['GET', ['cache'], undefined],
  ])('on %s, with %p: %p', async (method, types, expected) => {
    const { session, wire } = openRequest(await sessionParts(), { method });
    for (const type of types) session.clearSiteData.add(type);
    addClearSiteData(session, wire.res);
    expect(wire.res.getHeader('clear-site-data')).toBe(expected);
  });
});

it('a write whose cookie was not ready is reported with its line, once', async () => {
  const parts = await sessionParts();
  const { session, context } = openRequest(parts);
  const here = () => captureHere(here);
  session.pendingWrites.add({ operation: 'update', place: here() });
  reportLostWrites(parts.services, session);
  reportLostWrites(parts.services, session);
  expect(parts.seen).toMatchObject([
    { code: 'session.write.lost', requestId: context.requestId, detail: { operation: 'update' } },
  ]);
  expect(parts.seen[0]?.message).toMatch(
    /session\.update\(\) at test\/unit\/session\/head\.test\.ts:\d+ was not awaited/,
  );
});
