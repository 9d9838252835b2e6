import { CannotRun } from '../../../lib/cli/cannot-run.js';
import { checkedTarget } from '../../../lib/cli/host-check.js';

const resolving =
  (...addresses: string[]) =>
  () =>
    Promise.resolve(addresses);
const refusal = (text: string, ...addresses: string[]) =>
  checkedTarget(text, false, resolving(...addresses)).then(String, (error: Error) => {
    expect(error).toBeInstanceOf(CannotRun);
    return error.message;
  });

it.each(['http://127.0.0.1:3000/a', 'https://[::1]/', 'http://127.8.9.10', 'HTTP://[::ffff:127.0.0.1]:80/'])(
  'asks %s',
  async (text) => {
    expect((await checkedTarget(text, false)).url.href).toBe(new URL(text).href);
  },
);

it('asks a name whose addresses are all loopback', async () => {
  const { addresses } = await checkedTarget('http://app.test/', false, resolving('127.0.0.1', '::1'));
  expect(addresses).toEqual(['127.0.0.1', '::1']);
});

it.each([
  ['http://192.0.2.1/', [], '192.0.2.1 is not this machine. Add --i-own-this-host'],
  ['http://[2001:db8::1]/', [], '2001:db8::1 is not this machine'],
  ['http://app.test/', ['127.0.0.1', '192.0.2.1'], 'app.test (192.0.2.1) is not this machine'],
  ['http://app.test/', [], 'app.test has no address'],
  ['127.0.0.1:3000', [], 'is no URL'],
  ['ftp://127.0.0.1/', [], 'is no URL'],
  ['http://', [], 'is no URL'],
  ['http://ada:secret@127.0.0.1/', [], 'Leave user and password out'],
])('refuses %s with %j', async (text, addresses, message) => {
  const said = await refusal(text, ...addresses);
  expect(said).toContain(message);
  expect(said).not.toContain('secret');
});

it('says that a name has no address when nobody knows it', async () => {
  const unknown = () => Promise.reject(new Error('ENOTFOUND'));
  await expect(checkedTarget('http://app.test/', true, unknown)).rejects.toThrow('app.test has no address');
});

it('asks others where the user owns them', async () => {
  const { addresses } = await checkedTarget('http://app.test/', true, resolving('192.0.2.1'));
  expect(addresses).toEqual(['192.0.2.1']);
});
