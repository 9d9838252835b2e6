import { randomId } from '../../../lib/session/ids.js';
import { isOwnerTag, ownerTag, serverTiming } from '../../../lib/session/owner-tag.js';
import { keyring, SECRETS } from '../../helpers/tokens.js';

describe('the owner tag', () => {
  const [root, other] = [randomId(), randomId()];

  it('belongs to one root', () => {
    const tag = ownerTag(keyring(), root);
    expect(isOwnerTag(keyring(), root, tag)).toBe(true);
    expect(isOwnerTag(keyring(), other, tag)).toBe(false);
    expect(isOwnerTag(keyring(), root, `${tag.slice(0, -1)}${tag.endsWith('A') ? 'B' : 'A'}`)).toBe(false);
  });

  it('is checked under every listed key, of this audience only', () => {
    const tag = ownerTag(keyring([SECRETS[1]]), root);
    expect(isOwnerTag(keyring([SECRETS[0], SECRETS[1]]), root, tag)).toBe(true);
    expect(isOwnerTag(keyring([SECRETS[0]]), root, tag)).toBe(false);
    expect(isOwnerTag(keyring([SECRETS[1]], 'blog'), root, tag)).toBe(false);
  });

  it('gives the root away to nobody, and no other MAC will do', () => {
    expect(ownerTag(keyring(), root)).not.toContain(root);
    expect(isOwnerTag(keyring(), root, keyring().mac('activity', root))).toBe(false);
  });

  it('travels as a Server-Timing description', () => {
    expect(serverTiming('tag')).toBe('swapproof;desc="tag"');
    expect(serverTiming(ownerTag(keyring(), root))).toMatch(/^swapproof;desc="[\w-]{43}"$/);
  });
});
