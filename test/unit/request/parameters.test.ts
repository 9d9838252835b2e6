import { bodyField, oneParameter, queryOf } from '../../../lib/request/parameters.js';
import { fakeRequest } from '../../helpers/wire.js';

function request(url: string, added: object = {}) {
  return Object.assign(fakeRequest({ url }), added);
}

it('reads the query of the URL as it came, whatever a router made of it', () => {
  expect(queryOf(request('/cut', { originalUrl: '/a?x=1?2&y=%20' })).get('x')).toBe('1?2');
  expect(queryOf(request('/a?x=1')).get('x')).toBe('1');
  expect([...queryOf(request('/a'))]).toEqual([]);
});

it('reads of a body what the client sent, and nothing that it inherits', () => {
  expect(bodyField(request('/', { body: { state: 'own' } }), 'state')).toBe('own');
  expect(bodyField(request('/', { body: Object.create({ state: 'inherited' }) }), 'state')).toBeUndefined();
  for (const body of [undefined, null, 'state=x', 7, ['state']]) {
    expect(bodyField(request('/', { body }), 'state')).toBeUndefined();
  }
});

it('answers the one value there is, however often it came', () => {
  expect(oneParameter(request('/a'), 'state')).toBeNull();
  expect(oneParameter(request('/a?state='), 'state')).toEqual({ value: '' });
  expect(oneParameter(request('/a?state=x&state=x', { body: { state: 'x' } }), 'state')).toEqual({ value: 'x' });
});

it.each([{ state: 'y' }, { state: ['x', 'y'] }, { state: { x: 'x' } }, { state: 7 }, { state: [['x']] }])(
  'believes neither of two: %j',
  (body) => expect(oneParameter(request('/a?state=x', { body }), 'state')).toBe('contradicted'),
);
