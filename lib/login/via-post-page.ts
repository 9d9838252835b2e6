/** The page that viaPost() shows: a constant but for the fields that another site posted, which are escaped. */
import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

/** What identity providers post to a callback (OAuth 2.0 Form Post Response Mode, Sign in with Apple, SAML 2.0). */
export const RELAYED = ['code', 'state', 'iss', 'id_token', 'user', 'error', 'SAMLResponse', 'RelayState'] as const;

export type Relayed = readonly (readonly [name: string, value: string])[];

const STYLE =
  ':root{color-scheme:light dark;font:1.125rem/1.5 system-ui,sans-serif}' +
  'body{display:grid;min-height:100vh;margin:0;place-items:center}' +
  'main{padding:2rem;text-align:center}' +
  'h1{margin:0 0 1.5rem;font-size:1.5rem;font-weight:600}' +
  'button{padding:.75rem 2.5rem;border:0;border-radius:.5rem;background:#1d4ed8;color:#fff;font:inherit;cursor:pointer}' +
  'button:hover{background:#1e40af}' +
  'button:focus-visible{outline:3px solid #93c5fd;outline-offset:2px}';

/** A page that is only prerendered must not act: whoever is meant may never see it. */
const SCRIPT =
  'const go=()=>document.forms[0].submit();' +
  'if(document.prerendering)document.addEventListener("prerenderingchange",go,{once:true});else go();';

const POLICY = ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", `style-src ${allowed(STYLE)}`];

/** No `form-action`: Chromium would block the redirect that answers the form, to an identity provider for example. */
const HEADERS = {
  'Cache-Control': 'private, no-store',
  'Content-Type': 'text/html; charset=utf-8',
  // The address holds the code. With no-referrer at all the form would send `Origin: null`.
  'Referrer-Policy': 'strict-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/** What the app's own policies would add or contradict. */
const REPLACED = ['Content-Security-Policy-Report-Only', 'ETag', 'Last-Modified', 'Expires', 'Location', 'Refresh'];

/** Answers with the page; its form has no `action`, and so posts to the very URL that is shown, query included. */
export function sendPage(res: ServerResponse, page: { auto: boolean; relayed: Relayed; head: boolean }): void {
  const body = Buffer.from(htmlOf(page));
  for (const name of REPLACED) res.removeHeader(name);
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value);
  res.setHeader(
    'Content-Security-Policy',
    (page.auto ? [...POLICY, `script-src ${allowed(SCRIPT)}`] : POLICY).join('; '),
  );
  res.setHeader('Content-Length', body.length);
  res.statusCode = 200;
  res.end(page.head ? undefined : body);
}

function htmlOf({ auto, relayed }: { auto: boolean; relayed: Relayed }): string {
  const fields = relayed.map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>Continue</title>',
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${auto ? 'One moment, please' : 'Continue to log in'}</h1>`,
    `<form method="post">${fields.join('')}<button type="submit">Continue</button></form>`,
    '</main>',
    ...(auto ? [`<script>${SCRIPT}</script>`] : []),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** Line breaks too: as they stand, a browser would make one of two. */
function escaped(value: string): string {
  return value.replace(/[&<>"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function allowed(inline: string): string {
  return `'sha256-${hash('sha256', inline, 'base64')}'`;
}
