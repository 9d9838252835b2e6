import { checkedStartOptions } from '../../../lib/session/start-options.js';
import { thrownBy } from '../../helpers/thrown.js';

it.each([
  [{}, { remember: false }],
  [{ remember: undefined }, { remember: false }],
  [{ remember: true }, { remember: true }],
])('%p is %p', (given, expected) => expect(checkedStartOptions('start()', given)).toEqual(expected));

it.each([
  [null, 'an object'],
  [true, 'an object'],
  ['30d', 'an object'],
  [{ remember: 'on' }, "req.body.remember === 'on'"],
  [{ remember: '30d' }, 'true or false'],
  [{ remember: 1 }, 'true or false'],
  [{ remember: null }, 'true or false'],
  [{ rememberMe: true }, 'no option "rememberMe"'],
])('%p is refused at once, with what to pass', (given, says) => {
  const error = thrownBy(() => checkedStartOptions('start()', given));
  expect([error.code, error.status]).toEqual(['ERR_INVALID_ARGUMENT', 500]);
  expect(error.message).toContain(says);
});
