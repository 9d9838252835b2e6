import { Person } from '../../../../lib/testing/world/person.js';

it('wears one header of a name, whatever its case: Node takes the first of two', () => {
  const person = new Person({ origin: 'http://127.0.0.1:1', account: null, record: () => {}, word: () => 'word' });
  person.wear({ Authorization: 'Bearer old', 'X-Other': '1' });
  person.wear({ authorization: 'Bearer new' });
  const { headers } = person.dressed({ path: '/' });
  expect(headers.filter(([name]) => /^authorization$/i.test(name))).toEqual([['authorization', 'Bearer new']]);
  expect(headers).toContainEqual(['X-Other', '1']);
  person.close();
});
