/**
 * Cookie names that name no session on any stack we know: analytics, consent, load balancers, bot filters, language and
 * looks. guard() without its `cookies` option counts every other cookie as a credential, so a name belongs here only if
 * a stranger who got the response meant for it could not act as anybody. Left out on purpose: CSRF cookies (often bound
 * to a session), chat widgets (`intercom-session-...` is a session), user ids of analytics (`ajs_user_id`), and names
 * that apps reuse for sessions (`id`, `route`, `token`, `uid`, `sid`).
 */
const NAMES = new Set([
  // Google Analytics, Ads
  ...['_ga', '_gid', '_gat', '__utma', '__utmb', '__utmc', '__utmt', '__utmv', '__utmz', '_gcl_au', '_gcl_aw'],
  // Meta, Microsoft, TikTok, Pinterest, LinkedIn, HubSpot
  ...['_fbp', '_fbc', '_uetsid', '_uetvid', '_clck', '_clsk', 'MUID', '_ttp', '_tt_enable_cookie', '_pin_unauth'],
  ...['li_fat_id', '__hstc', '__hssc', '__hssrc', 'hubspotutk', 'ajs_anonymous_id', 'optimizelyEndUserId'],
  // Consent
  ...['OptanonConsent', 'OptanonAlertBoxClosed', 'CookieConsent', 'cookieconsent_status', 'cookieyes-consent'],
  ...['euconsent-v2', 'usprivacy', 'cc_cookie', 'CookieLawInfoConsent', 'viewed_cookie_policy', 'borlabs-cookie'],
  ...['mtm_consent', 'mtm_cookie_consent', 'axeptio_cookies', 'didomi_token'],
  // Load balancers
  ...['AWSALB', 'AWSALBCORS', 'AWSALBTG', 'AWSALBTGCORS', 'AWSELB', 'AWSELBCORS', 'GCLB', '__cflb'],
  ...['ARRAffinity', 'ARRAffinitySameSite', 'ApplicationGatewayAffinity', 'ApplicationGatewayAffinityCORS'],
  ...['SERVERID', 'INGRESSCOOKIE'],
  // Bot filters
  ...['__cf_bm', '__cfruid', '_cfuvid', 'cf_clearance', 'ak_bmsc', 'bm_sv', 'bm_sz', 'bm_mi', '_abck', 'datadome'],
  // Language and looks
  ...['lang', 'locale', 'language', 'i18next', 'NEXT_LOCALE', 'django_language', 'theme', 'color-scheme', 'timezone'],
]);

/** What follows each of these is chosen by the tool: a property, site or pool id. */
const PREFIXES = [
  '_ga_', // Google Analytics 4: property
  '_gat_',
  '_gac_',
  '_hjSessionUser_', // Hotjar: site
  '_hjSession_',
  '_pk_id.', // Matomo: site and domain
  '_pk_ref.',
  '_pk_ses.',
  'cmplz_', // Complianz consent
  'BIGipServer', // F5: pool
  'visid_incap_', // Imperva: site
  'incap_ses_',
  'nlbi_',
];

export function isHarmlessCookie(name: string): boolean {
  return NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
}
