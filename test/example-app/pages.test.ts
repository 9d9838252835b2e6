import {
  accountPage,
  chooserPage,
  devicesPage,
  diaryPage,
  linkPage,
  loginPage,
  problemPage,
  serviceTokensPage,
  shopPage,
  tokenPage,
} from '../../example-app/pages/pages.js';

const HOSTILE = `"><script>alert('1')</script><img src=x onerror=alert(1)>&`;
const user = { id: HOSTILE, name: HOSTILE, email: HOSTILE };
const ways = { remember: true, link: true, exampleId: true };
const line = { id: HOSTILE, name: HOSTILE, suffix: HOSTILE, expires: new Date(0), lastUsed: new Date(0) };
const issued = { command: HOSTILE, until: new Date(0) };

describe('each page of the example', () => {
  it.each([
    ['account', accountPage({ user, today: HOSTILE, tokens: true })],
    ['diary', diaryPage({ user, day: HOSTILE, text: `</textarea>${HOSTILE}` })],
    [
      'devices',
      devicesPage({ user, devices: [{ id: HOSTILE, current: false, userAgent: HOSTILE, since: new Date(0) }] }),
    ],
    ['login', loginPage({ ways, returnTo: HOSTILE, failed: true })],
    ['link', linkPage({ owner: user })],
    ['shop', shopPage({ user, cart: {} })],
    ['token', tokenPage({ user, issued })],
    [
      'service tokens',
      serviceTokensPage({
        user,
        tokens: [line],
        issued: { token: HOSTILE, title: HOSTILE, hint: HOSTILE, command: HOSTILE },
      }),
    ],
    ['chooser', chooserPage({ people: [user] })],
    ['notes', problemPage({ title: '', message: '', notes: [HOSTILE] })],
    ['problem', problemPage({ title: HOSTILE, message: HOSTILE })],
  ])('escapes what people bring: %s', (_name, html) => {
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toMatch(/<script|<img|<\/textarea>&/);
  });

  it("says in its body tag whose it is, or that it is nobody's", () => {
    const ada = { id: 'u_ada', name: 'Ada', email: 'ada@example.com' };
    expect(accountPage({ user: ada, today: '2026-11-21', tokens: true })).toContain('<body data-user="u_ada">');
    expect(loginPage({ ways, returnTo: '/', failed: false })).toContain('<body data-user="">');
  });
});
