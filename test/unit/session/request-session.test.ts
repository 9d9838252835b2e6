import { inspect } from 'node:util';
import { sessionOf } from '../../../lib/session/request-session.js';
import { NO_SESSION } from '../../../lib/session/standing.js';
import { liveToken, openRequest, sessionParts } from '../../helpers/session-parts.js';

describe('RequestSession', () => {
  it('has the session that was admitted', async () => {
    const parts = await sessionParts();
    const token = liveToken(parts);
    expect(openRequest(parts, { token }).session).toMatchObject({ token, inactiveBecause: null });
  });

  it.each([
    ['one that is over', { inactiveBecause: 'revoked', unavailable: false }],
    ['one of which nothing is known', { inactiveBecause: null, unavailable: true }],
  ] as const)('has none where the request brought %s', async (_what, changes) => {
    const parts = await sessionParts();
    const standing = { ...NO_SESSION, token: liveToken(parts), ...changes };
    expect(openRequest(parts, { standing }).session.token).toBeNull();
  });

  it('is born where the request opened, or at its own last revocation', async () => {
    const { session } = openRequest(await sessionParts());
    const opened = session.openedAt;
    expect(session.birth).toEqual(opened);
    session.ownRevocations.add(8e15).add(7e15);
    expect(session.birth).toEqual({ genesis: opened?.genesis, position: 8e15 });
  });

  it('has no birth where the log was out of reach', async () => {
    const { session } = openRequest(await sessionParts(), { confirmed: false });
    session.ownRevocations.add(5);
    expect(session.birth).toBeNull();
  });

  it('is found through its own context only', async () => {
    const parts = await sessionParts();
    const [one, other] = [openRequest(parts), openRequest(parts)];
    expect([sessionOf(one.context), sessionOf(other.context)]).toEqual([one.session, other.session]);
    expect(sessionOf(Object.create(one.context))).toBeUndefined();
  });

  it('shows nothing of the session', async () => {
    const parts = await sessionParts();
    const token = liveToken(parts, { subject: 'alice' });
    const shown = inspect(openRequest(parts, { token, ownerTag: 'the-tag' }).session, { depth: 9, showHidden: true });
    for (const secret of [token.id, 'alice', 'the-tag']) expect(shown).not.toContain(secret);
  });
});
