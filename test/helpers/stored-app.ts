/** An app whose routes use `session.stored` by query: /get, /set, /take, /delete?key=, and POST /enter?as=&keep=. */
import { type KitApp, type KitSetting, parameter, startKit } from './kit-app.js';
import type { KitBrowser } from './kit-browser.js';

export function startStoredApp(setting: KitSetting = {}): Promise<KitApp> {
  return startKit({
    ...setting,
    routes(app, sessions) {
      setting.routes?.(app, sessions);
      app.on('*', '/get', async (req, res) => {
        const value = await sessions.of(req).stored.get(parameter(req, 'key'));
        res.end(value === undefined ? 'undefined' : JSON.stringify(value));
      });
      app.on('*', '/take', async (req, res) => {
        const value = await sessions.of(req).stored.take(parameter(req, 'key'));
        res.end(value === undefined ? 'undefined' : JSON.stringify(value));
      });
      app.on('*', '/set', async (req, res) => {
        await sessions.of(req).stored.set(parameter(req, 'key'), JSON.parse(parameter(req, 'value')));
        res.end('set');
      });
      app.on('*', '/delete', async (req, res) => {
        await sessions.of(req).stored.delete(parameter(req, 'key'));
        res.end('deleted');
      });
      app.on('POST', '/enter', async (req, res) => {
        const keep = parameter(req, 'keep').split(',');
        await sessions.of(req).start(parameter(req, 'as'), {}, { keep });
        res.end('in');
      });
    },
  });
}

/** What /get, /take, /set or /delete answer: a body, or `status code` where it failed. */
export async function ask(browser: KitBrowser, method: string, path: string, headers = {}): Promise<string> {
  const { status, body } = await browser.ask(method, path, { headers });
  return status === 200 ? body : `${status} ${body}`;
}

export function setting(key: string, value: unknown): string {
  return `/set?key=${encodeURIComponent(key)}&value=${encodeURIComponent(JSON.stringify(value))}`;
}
