import { checkedStartOptions } from '../../../lib/session/start-options.js';
import { thrownBy } from '../../helpers/thrown.js';

it.each([
  [{}, { remember: false }],
  [{ remember: undefined, keep: undefined }, { remember: false }],
  [{ remember: true }, { remember: true }],
  [{ keep: ['cart', 'lang', 'cart'] }, { remember: false, keep: ['cart', 'lang'] }],
])('%p is %p', (given, expected) => expect(checkedStartOptions('start', given)).toEqual({ keep: [], ...expected }));

it.each([
  [null, 'an object'],
  [true, 'an object'],
  ['30d', 'an object'],
  [{ remember: 'on' }, "req.body.remember === 'on'"],
  [{ remember: '30d' }, 'true or false'],
  [{ remember: 1 }, 'true or false'],
  [{ remember: null }, 'true or false'],
  [{ rememberMe: true }, 'no option "rememberMe"'],
  [{ keep: 'cart' }, 'a list of keys'],
  [{ keep: null }, 'a list of keys'],
  [{ keep: [''] }, 'a list of keys'],
  [{ keep: ['a\0b'] }, 'a list of keys'],
  [{ keep: [1] }, 'a list of keys'],
])('%p is refused at once, with what to pass', (given, says) => {
  const error = thrownBy(() => checkedStartOptions('start', given));
  expect([error.code, error.status]).toEqual(['ERR_INVALID_ARGUMENT', 500]);
  expect(error.message).toContain(says);
});

it('a token has nothing to keep: it is a session beside the one of its request', () => {
  const error = thrownBy(() => checkedStartOptions('issueToken', { keep: ['cart'] }));
  expect(error.message).toContain('session.issueToken(): the third argument has no option "keep"');
});

it('options in the place of the data are refused; as data they are there when options follow', () => {
  for (const data of [{ remember: true }, { keep: ['cart'] }, { remember: true, keep: [] }]) {
    const error = thrownBy(() => checkedStartOptions('start', undefined, data));
    expect(error.message).toContain('start(subject, {}, { remember: true })');
    expect(checkedStartOptions('start', {}, data)).toEqual({ remember: false, keep: [] });
  }
  for (const data of [{}, { theme: 'dark' }, { remember: true, theme: 'dark' }]) {
    expect(checkedStartOptions('start', undefined, data)).toEqual({ remember: false, keep: [] });
  }
});
