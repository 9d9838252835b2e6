import { Patched } from '../../../lib/testing/inside/patched.js';

class Bell {
  constructor(readonly sound: string) {}
  ring(): string {
    return this.sound;
  }
}

const louder = (ring: (...args: never[]) => unknown) =>
  function (this: Bell) {
    return `${Reflect.apply(ring, this, [])}!`;
  };

it('replaces a method, and puts it back', () => {
  const [patched, before] = [new Patched(), Bell.prototype.ring];
  patched.replace(Bell.prototype, 'ring', louder);
  expect(new Bell('ding').ring()).toBe('ding!');
  patched.restore();
  expect(Bell.prototype.ring).toBe(before);
});

it('does nothing any more where somebody else has wrapped it and is not done yet', () => {
  const [first, second] = [new Patched(), new Patched()];
  first.replace(Bell.prototype, 'ring', louder);
  second.replace(Bell.prototype, 'ring', louder);
  expect(new Bell('ding').ring()).toBe('ding!!');
  first.restore();
  expect(new Bell('ding').ring()).toBe('ding!');
  second.restore();
  expect(new Bell('ding').ring()).toBe('ding');
});

it('leaves alone what is not there, is no method, or can not be replaced', () => {
  const patched = new Patched();
  const frozen = Object.freeze({ ring: () => 'ding' });
  patched.replace(frozen, 'ring', louder);
  patched.replace(new Bell('ding'), 'sound', louder);
  patched.replace({}, 'ring', louder);
  expect(frozen.ring()).toBe('ding');
  patched.restore();
});
