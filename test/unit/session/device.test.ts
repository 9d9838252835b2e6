import { deviceOf } from '../../../lib/session/device.js';
import { fakeRequest } from '../../helpers/wire.js';

describe('deviceOf()', () => {
  it('is the browser and the address that Express trusts', () => {
    const req = Object.assign(fakeRequest({ headers: [['User-Agent', 'Firefox']] }), { ip: '203.0.113.9' });
    expect(deviceOf(req)).toEqual({ userAgent: 'Firefox', address: '203.0.113.9' });
  });

  it("is the socket's address without Express, and empty where nothing is known", () => {
    const req = fakeRequest();
    expect(deviceOf(req)).toEqual({ userAgent: '', address: '' });
    Object.defineProperty(req.socket, 'remoteAddress', { value: '10.0.0.7' });
    expect(deviceOf(req).address).toBe('10.0.0.7');
  });

  it('keeps 256 characters of what a client says', () => {
    const device = deviceOf(fakeRequest({ headers: [['User-Agent', 'x'.repeat(5_000)]] }));
    expect(device.userAgent).toHaveLength(256);
  });
});
