import { MintLimit } from '../../../lib/session/mint-limit.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { thrownBy } from '../../helpers/thrown.js';

function mint(limit: MintLimit, subject: string, times: number): void {
  for (let i = 0; i < times; i++) limit.count(subject);
}

describe('MintLimit', () => {
  it('refuses the hundred and first of one subject within an hour, without naming them', () => {
    const limit = new MintLimit(fakeClock());
    mint(limit, 'u_42', 100);
    const error = thrownBy(() => limit.count('u_42'));
    expect([error.code, error.status]).toEqual(['ERR_TOO_MANY_SESSIONS', 429]);
    expect(error.message).not.toContain('u_42');
  });

  it('counts each subject alone', () => {
    const limit = new MintLimit(fakeClock());
    mint(limit, 'u_42', 100);
    expect(() => limit.count('u_43')).not.toThrow();
  });

  it('forgets what is an hour old, one by one', () => {
    const clock = fakeClock();
    const limit = new MintLimit(clock);
    mint(limit, 'u_42', 50);
    clock.advance(1_800_000);
    mint(limit, 'u_42', 50);
    clock.advance(1_800_000);
    mint(limit, 'u_42', 50);
    expect(thrownBy(() => limit.count('u_42')).code).toBe('ERR_TOO_MANY_SESSIONS');
  });

  it('counts no refused attempt', () => {
    const clock = fakeClock();
    const limit = new MintLimit(clock);
    mint(limit, 'u_42', 100);
    clock.advance(1);
    for (let i = 0; i < 200; i++) thrownBy(() => limit.count('u_42'));
    clock.advance(3_599_999);
    expect(() => limit.count('u_42')).not.toThrow();
  });

  it('remembers ten thousand subjects, the latest', () => {
    const limit = new MintLimit(fakeClock());
    mint(limit, 'first', 100);
    mint(limit, 'kept', 99);
    for (let i = 0; i < 9_998; i++) limit.count(`s${i}`);
    limit.count('kept');
    limit.count('one more');
    expect(thrownBy(() => limit.count('kept')).code).toBe('ERR_TOO_MANY_SESSIONS');
    expect(() => limit.count('first')).not.toThrow();
  });
});
