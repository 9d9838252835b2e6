/** What adapters of other login libraries keep here: their own verifier, and a note that comes back once. */
import { adapterLogins } from '../../../lib/login/adapter-seam.js';
import { makeKit, parameter, startKit } from '../../helpers/kit-app.js';
import { thrownBy } from '../../helpers/thrown.js';

async function adapted() {
  return startKit({
    routes(routes, sessions) {
      const logins = adapterLogins(sessions);
      const isMine = (note: unknown) => JSON.stringify(note) !== '{"plan":"of another strategy"}';
      routes.on('*', '/begin', (req, res) => {
        const { state, codeVerifier } = logins.begin(req, 'stateStore()', {
          codeVerifier: 'of-the-strategy',
          note: { plan: parameter(req, 'plan') },
        });
        res.end(JSON.stringify({ state, codeVerifier }));
      });
      routes.on('*', '/callback', (req, res) => res.end(JSON.stringify(logins.open(req, 'stateStore()', isMine))));
    },
  });
}

it('keeps verifier and note with the attempt, for this browser, once', async () => {
  const app = await adapted();
  const browser = app.browser();
  const begun = JSON.parse((await browser.post('/begin?plan=pro')).body);
  expect(begun.codeVerifier).toBe('of-the-strategy');
  expect((await app.browser().post(`/callback?state=${begun.state}`)).body).toBe('null');
  const opened = JSON.parse((await browser.post(`/callback?state=${begun.state}`)).body);
  expect(opened).toMatchObject({ ...begun, note: { plan: 'pro' } });
  expect((await browser.post(`/callback?state=${begun.state}`)).body).toBe('null');
});

it('answers none that another strategy keeps here', async () => {
  const app = await adapted();
  const browser = app.browser();
  const { state } = JSON.parse((await browser.post('/begin?plan=of+another+strategy')).body);
  expect((await browser.post(`/callback?state=${state}`)).body).toBe('null');
});

it('names the adapter in what it throws', async () => {
  const app = await adapted();
  expect((await app.browser().get('/begin')).body).toBe('ERR_SESSION_WRITE_ON_SAFE_METHOD');
  expect((await app.browser().get('/callback?state=x')).body).toBe('ERR_SESSION_WRITE_ON_SAFE_METHOD');
  for (const { message } of app.errors) expect(message).toMatch(/^stateStore\(\) in GET /);
  expect((await app.browser().post(`/begin?plan=${'x'.repeat(4_000)}`)).body).toBe('ERR_LOGIN_TOO_LARGE');
});

it('is there for a kit, and for nothing else', async () => {
  const kit = makeKit();
  expect(adapterLogins(kit)).toBe(adapterLogins(kit));
  await kit.close();
  expect(thrownBy(() => adapterLogins({})).code).toBe('ERR_INVALID_ARGUMENT');
});
