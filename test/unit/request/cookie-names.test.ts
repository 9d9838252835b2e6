import { harmlessCookies, isHarmlessCookie } from '../../../lib/request/cookie-names.js';

describe('isHarmlessCookie', () => {
  it.each([
    '_ga',
    '_ga_ABC123',
    '_gid',
    'OptanonConsent',
    'AWSALB',
    'BIGipServerpool',
    '__cf_bm',
    'NEXT_LOCALE',
    'theme',
    '_gcl_au',
    '_hjSessionUser_1',
    'mp_0123abc_mixpanel',
    'ph_phc_x_posthog',
    '_pk_id.1.1fff',
    '__stripe_mid',
    'cookielawinfo-checkbox-necessary',
  ])('is true for %s', (name) => expect(isHarmlessCookie(name)).toBe(true));

  /** Session and token cookies of common stacks, and names that come close to harmless ones. */
  it.each([
    'connect.sid',
    'sid',
    'session',
    'session.sig',
    'express:sess',
    'koa.sess',
    'JSESSIONID',
    'PHPSESSID',
    'ASP.NET_SessionId',
    '.AspNetCore.Cookies',
    '.AspNetCore.Identity.Application',
    '.ASPXAUTH',
    'laravel_session',
    'remember_web_59ba36',
    'XSRF-TOKEN',
    '_csrf',
    'csrftoken',
    'sessionid',
    '_rails_session',
    'rack.session',
    'remember_user_token',
    'remember_token',
    'auth_token',
    'token',
    'jwt',
    'access_token',
    'refresh_token',
    'id_token',
    'uid',
    'user_id',
    'id',
    'next-auth.session-token',
    '__Secure-next-auth.session-token',
    '__Secure-authjs.session-token',
    'better-auth.session_token',
    '__session',
    '__client_uat',
    'supabase-auth-token',
    'sb-x-auth-token',
    'appSession',
    'auth0',
    'ory_kratos_session',
    'KEYCLOAK_SESSION',
    'AUTH_SESSION_ID',
    'CognitoIdentityServiceProvider.x',
    'wordpress_logged_in_x',
    'wp-settings-1',
    'SSESSabc',
    'SESSabc',
    'sails.sid',
    'iron-session',
    'CF_Authorization',
    '_oauth2_proxy',
    'mod_auth_openidc_session',
    'AWSELBAuthSessionCookie-0',
    'ajs_user_id',
    'intercom-session-x',
    '__Host-session',
    '__Host-theme',
    'CF_AppSession',
    'NSC_AAAC',
    'MATOMO_SESSID',
    '__hsmem',
    'hs-membership-csrf',
    'messagesUtk',
    'mp_session',
    'mp_mixpanel',
    'ph_session',
    'ph_posthog',
    'AMP_SESSION',
    'ai_session',
    'mbox',
    'rl_user_id',
    '_ga_session',
    '_hjk_session',
    '_biz_session',
    'cmplz_auth_token',
    'BIGipServerLogin',
    'cart',
    '*',
    '_ga*',
    '_GA',
    '_ga.',
    '_gax',
    'themes',
    'lang2',
    'route',
    '__proto__',
    'constructor',
    '',
  ])('is false for %s', (name) => {
    expect(isHarmlessCookie(name)).toBe(false);
  });
});

it('has each name once, with at most one *, and three letters before it', () => {
  const all = Object.values(harmlessCookies).flat();
  expect(new Set(all).size).toBe(all.length);
  const patterns = all.filter((name) => name.includes('*'));
  expect(patterns.filter((name) => name.split('*').length !== 2 || name.indexOf('*') < 3)).toEqual([]);
  expect(all.filter((name) => !isHarmlessCookie(name.replace('*', 'x')))).toEqual([]);
});

it('has no name that tells of a login', () => {
  const telling = /sess|auth|token|login|user|sid$|csrf|jwt|remember|account/i;
  const known = ['heroku-session-affinity', 'ABTastySession', 'didomi_token', 'aws-waf-token', '__stripe_sid'];
  const hotjar = ['_hjSession_*', '_hjSessionUser_*', '_hjIncludedInSessionSample_*'];
  const all = Object.values(harmlessCookies).flat();
  const others = ['axeptio_authorized_vendors', 'cli_user_preference', 'optimizelyEndUserId', '_uetsid', 'ttcsid'];
  expect(all.filter((name) => telling.test(name)).sort()).toEqual(
    [...known, ...others, ...hotjar, '_pin_unauth', 'cookieyesID'].sort(),
  );
});
