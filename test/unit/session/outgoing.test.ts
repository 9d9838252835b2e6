import { readActivity } from '../../../lib/session/activity.js';
import { hashOf } from '../../../lib/session/ids.js';
import { sendEnd, sendSession } from '../../../lib/session/outgoing.js';
import { ownerTag } from '../../../lib/session/owner-tag.js';
import {
  liveToken,
  type OpenedRequest,
  openRequest,
  type Parts,
  type Presenting,
  sessionParts,
} from '../../helpers/session-parts.js';

const NAMES = { session: '__Host-session', activity: '__Host-activity', owner: '__Host-owner' };

function cookieValue({ context }: OpenedRequest, name: string): string {
  return /=([^;]*)/.exec(context.outgoingCookies.get(name) ?? '')?.[1] ?? '';
}

function activityOf({ services }: Parts, opened: OpenedRequest) {
  return readActivity(services.keyring, cookieValue(opened, NAMES.activity));
}

describe('sendSession()', () => {
  it('leaves session, owner tag and activity of one session for the response', async () => {
    const parts = await sessionParts();
    const opened = openRequest(parts);
    const token = liveToken(parts);
    sendSession(parts.services, opened.session, token, 'sealed');
    expect([...opened.context.outgoingCookies.keys()].sort()).toEqual(Object.values(NAMES).sort());
    expect(cookieValue(opened, NAMES.session)).toBe('sealed');
    expect(cookieValue(opened, NAMES.owner)).toBe(ownerTag(parts.services.keyring, token.root));
    expect(activityOf(parts, opened)).toEqual({ time: parts.clock.now(), session: hashOf(token.id), ended: false });
    expect(opened.session).toMatchObject({ token, inactiveBecause: null });
  });
});

describe('sendEnd()', () => {
  async function end(presenting: Presenting, withToken = true) {
    const parts = await sessionParts();
    const token = liveToken(parts);
    const opened = openRequest(parts, { ...presenting, ...(withToken && { token }) });
    sendEnd(parts.services, opened.session, withToken ? token : null);
    return { parts, token, opened };
  }

  it('takes session and owner cookie away, and marks the activity cookie ended instead of deleting it', async () => {
    const { parts, token, opened } = await end({ method: 'POST' });
    for (const name of [NAMES.session, NAMES.owner]) {
      expect(opened.context.outgoingCookies.get(name)).toContain(`${name}=; Max-Age=0`);
    }
    expect(activityOf(parts, opened)).toMatchObject({ session: hashOf(token.id), ended: true });
    expect([...opened.session.clearSiteData]).toEqual(['cache', 'storage']);
    expect(opened.session).toMatchObject({ token: null, inactiveBecause: 'revoked' });
  });

  it('sends no expiry on a safe method: replayed by a cache it would log strangers out', async () => {
    const { parts, opened } = await end({ method: 'GET' });
    expect([...opened.context.outgoingCookies.keys()]).toEqual([NAMES.activity]);
    expect(activityOf(parts, opened)?.ended).toBe(true);
    expect(opened.session.clearSiteData.size).toBe(0);
  });

  it('ends the activity cookie that came without a session', async () => {
    const activity = { time: 5, session: hashOf('gone'), ended: false };
    const { parts, opened } = await end({ activity }, false);
    expect(activityOf(parts, opened)).toMatchObject({ session: hashOf('gone'), ended: true });
  });

  it('sets no activity cookie where there is nothing that it could name', async () => {
    const { opened } = await end({}, false);
    expect(opened.context.outgoingCookies.has(NAMES.activity)).toBe(false);
    expect(opened.context.outgoingCookies.has(NAMES.session)).toBe(true);
  });
});
