import { covers } from '../../../lib/revocation/covers.js';

describe('covers', () => {
  const session = { root: 'r1', id: 'r1.a', subject: 'u1' };
  const entry = (kind: Parameters<typeof covers>[0]['kind'], key: string, except: string[] = []) => ({
    kind,
    key,
    except,
  });

  it.each([
    ['its root', entry('root', 'r1'), true],
    ['another root', entry('root', 'r2'), false],
    ['its id as a root', entry('root', 'r1.a'), false],
    ['its id', entry('id', 'r1.a'), true],
    ['an earlier id', entry('id', 'r1'), false],
    ['its subject', entry('subject', 'u1'), true],
    ['its subject, sparing others', entry('subject', 'u1', ['r2']), true],
    ['its subject, sparing it', entry('subject', 'u1', ['r2', 'r1']), false],
    ['its subject, sparing its id, which is no root', entry('subject', 'u1', ['r1.a']), true],
    ['another subject', entry('subject', 'u2'), false],
    ['everyone', entry('everyone', ''), true],
    ['a refresh of its subject', entry('refresh', 'u1'), false],
  ])('%s: %j is %s', (_, revoked, expected) => {
    expect(covers(revoked, session)).toBe(expected);
  });
});
