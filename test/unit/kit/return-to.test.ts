/** return_to through the kit: from the login wall to the page that was asked for, and never off the site. */
import express from 'express';
import { FRAMEWORKS, startKit } from '../../helpers/kit-app.js';

const EVIL = [
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  'https:evil.example',
  'https:/evil.example',
  'https://evil.example',
  'HTTPS:\\\\evil.example',
  '//user:pass@evil.example',
  'https://127.0.0.1@evil.example/',
  '%2f%2fevil.example',
  '%5cevil.example',
  '/\r\nLocation: https://evil.example',
  '/\r\n//evil.example',
  '/.//evil.example',
  'javascript:alert(1)',
];

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe.each(FRAMEWORKS)('%s', (framework) => {
  async function walled() {
    let users = 0;
    return startKit({
      framework,
      routes(routes, sessions) {
        routes.use(express.urlencoded({ extended: true }) as never);
        routes.on('GET', '/account', sessions.requireSession({ loginPath: '/enter' }));
        routes.on('GET', '/account', (_req, res) => res.end('account'));
        routes.on('POST', '/enter', async (req, res) => {
          await sessions.of(req).start(`u_${++users}`);
          res.writeHead(303, { Location: sessions.returnTo(req, '/') }).end();
        });
      },
    });
  }

  it('leads from the wall to the login and back', async () => {
    const app = await walled();
    const ada = app.browser();
    const wall = await ada.get('/account?tab=2', { headers: { 'sec-fetch-mode': 'navigate' } });
    expect([wall.status, wall.headers.location]).toEqual([303, '/enter?return_to=%2Faccount%3Ftab%3D2']);
    const back = await ada.post(String(wall.headers.location));
    expect([back.status, back.headers.location]).toEqual([303, '/account?tab=2']);
    expect((await ada.get(String(back.headers.location))).body).toBe('account');
  });

  it('never leads off the site, from the query or the form, encoded once or twice', async () => {
    const app = await walled();
    for (const evil of EVIL) {
      const once = encodeURIComponent(evil);
      const twice = encodeURIComponent(once);
      const answers = await Promise.all([
        ...[once, twice].map((value) => app.browser().post(`/enter?return_to=${value}`)),
        ...[once, twice].map((value) => app.browser().post('/enter', { headers: FORM, body: `return_to=${value}` })),
        app.browser().post('/enter?return_to=/account', { headers: FORM, body: `return_to=${once}` }),
        app.browser().post('/enter', { headers: FORM, body: `return_to=${once}&return_to=/account` }),
        app.browser().post('/enter', { headers: FORM, body: `return_to[toString]=${once}` }),
      ]);
      for (const { headers, raw } of answers) {
        expect([evil, headers.location]).toEqual([evil, '/']);
        expect(raw).not.toContain('evil.example');
      }
    }
  });
});
