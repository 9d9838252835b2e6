/**
 * Cookie names that name no session on any stack we know. guard() without its `cookies` option counts every other cookie
 * as a credential, so a name belongs here only if a stranger who got the response meant for it could not act as anybody.
 * A name that is missing costs a cache hit, one that is wrong costs a session: in doubt it is left out.
 *
 * Taken from what sites send: the Open Cookie Database (2,264 entries, November 2026), the vendors' own lists, the
 * cookies chapter of the Web Almanac 2025 (a site sets seven of its own at the median). What was left out, and why, stands
 * in docs/harmless-cookies.md; a test keeps the two in step. A `*` stands for what the tool chooses: a property, a site,
 * a pool.
 */
const LISTS = {
  Analytics:
    '_ga _ga_* _gid _gat _gat_* _gali __utma __utmb __utmc __utmt __utmv __utmz FPID FPLC _clck _clsk ' +
    '_hjSession_* _hjSessionUser_* _hjIncludedInSessionSample_* _hjTLDTest _hjFirstSeen _hjCookieTest ' +
    '_pk_id.* _pk_ref.* _pk_ses.* _pk_cvar.* _pk_hsr.* _pk_testcookie.* matomo_ignore ajs_anonymous_id ' +
    'mp_*_mixpanel ph_*_posthog amplitude_id_* AMP_MKTG_* _hp2_id.* _hp2_props.* _hp2_ses_props.* ' +
    '_hp5_meta.* _hp5_event_props.* _sp_id.* _sp_ses.* _cs_c _cs_id _cs_s ' +
    '_ce.* _CEFT AMCV_* AMCVS_* kndctr_* s_cc s_sq s_fid s_vi s_ecid at_check rl_anonymous_id _chartbeat2 _cb ' +
    '_cb_svref _parsely_visitor _parsely_slot_click __qca _pcid _pctx _pprv _ym_uid _ym_d _ym_isad _ym_visorc ' +
    '_dd_s dtCookie dtLatC dtPC dtSa rxVisitor rxvt',
  Advertising:
    '_gcl_* _gac_* _dc_gtm_* __gads __gpi __gpi_optout __eoi _fbp _fbc _uetsid _uetvid MUID _ttp ' +
    '_tt_enable_cookie ttcsid ttcsid_* _pin_unauth _derived_epik _epik li_fat_id li_giant _rdt_uuid _rdt_cid ' +
    '_scid _scid_r _twclid _twpid cto_bundle __hstc __hssc __hssrc hubspotutk _mkto_trk __kla_id ' +
    '_biz_uid _biz_nA _biz_flagsA _biz_pendingA ' +
    '__attentive_* __atuvc __atuvs',
  Experiments:
    'optimizelyEndUserId optimizelyRedirectData optimizelyOptOut _vwo_* _vis_opt_* ABTasty ABTastySession ' +
    'kameleoonVisitorCode',
  Consent:
    'OptanonConsent OptanonAlertBoxClosed OptanonControl CookieConsent CookieConsentBulkSetting-* ' +
    'cookieconsent_status cookieyes-consent cookieyesID cky-consent euconsent-v2 usprivacy addtl_consent FCCDCF ' +
    'FCNEC cc_cookie CookieLawInfoConsent cookielawinfo-checkbox-* cli_user_preference viewed_cookie_policy ' +
    'borlabs-cookie mtm_consent mtm_consent_removed mtm_cookie_consent axeptio_cookies axeptio_authorized_vendors ' +
    'axeptio_all_vendors didomi_token cmplz_* complianz_consent_status complianz_policy_id osano_consentmanager ' +
    '_iub_cs-* CookieControl osano_consentmanager_uuid CookieScriptConsent notice_preferences notice_gdpr_prefs ' +
    'notice_behavior cookie-agreed cookie-agreed-version cookie_notice_accepted moove_gdpr_popup tarteaucitron ' +
    'klaro __hs_opt_out __hs_do_not_track __hs_initial_opt_in __hs_cookie_cat_pref cookie_consent cookie-consent ' +
    'cookieConsent cookieconsent cookies_accepted',
  'Load balancers':
    'AWSALB AWSALBCORS AWSALBTG AWSALBTGCORS AWSELB AWSELBCORS GCLB __cflb ARRAffinity ARRAffinitySameSite ASLBSA ' +
    'ASLBSACORS ApplicationGatewayAffinity ApplicationGatewayAffinityCORS TiPMix SERVERID ROUTEID INGRESSCOOKIE ' +
    '_traefik_backend heroku-session-affinity akaalb_* BIGipServer*',
  'Bot filters':
    '__cf_bm __cfruid _cfuvid __cfduid __cfseq __cfwaitingroom cf_clearance cf_chl_* ak_bmsc bm_sv bm_sz bm_mi ' +
    'bm_s bm_so bm_lso _abck AKA_A2 datadome visid_incap_* incap_ses_* nlbi_* reese84 _px _px2 _px3 _pxhd _pxvid ' +
    '_pxde pxcts aws-waf-token TS01* _GRECAPTCHA __stripe_mid __stripe_sid',
  'Language and looks':
    'lang locale language i18next i18n_redirected NEXT_LOCALE PARAGLIDE_LOCALE nf_lang django_language ' +
    'pll_language theme color-scheme color_scheme color-mode dark_mode timezone has_js wordpress_test_cookie',
};

/** By what they are for. */
export const harmlessCookies: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(LISTS).map(([kind, list]) => [kind, list.split(' ')]),
);

const all = Object.values(harmlessCookies).flat();
const NAMES: ReadonlySet<string> = new Set(all.filter((name) => !name.includes('*')));

/** Beginning and end of each name with a `*`, by its first letters: a request may bring a thousand names. */
const LETTERS = 3;
const PATTERNS = new Map<string, (readonly [start: string, end: string])[]>();
for (const pattern of all.filter((name) => name.includes('*'))) {
  const [start = '', end = ''] = pattern.split('*');
  const letters = start.slice(0, LETTERS);
  PATTERNS.set(letters, [...(PATTERNS.get(letters) ?? []), [start, end]]);
}

export function isHarmlessCookie(name: string): boolean {
  if (NAMES.has(name)) return true;
  const patterns = PATTERNS.get(name.slice(0, LETTERS));
  return patterns?.some(([start, end]) => isBetween(name, start, end)) === true;
}

/** `_ga_session` is no property of Google's: many a framework names its session cookie after the app. */
const TELLING = /sess|auth|token|login/i;

function isBetween(name: string, start: string, end: string): boolean {
  if (name.length < start.length + end.length || !name.startsWith(start) || !name.endsWith(end)) return false;
  return !TELLING.test(name.slice(start.length, name.length - end.length));
}
