/** What the kit does to a head before it leaves, beside what every guard does (response/head-guard.ts). */
import { sendFlashes } from './login/flash.js';
import type { RequestContext } from './request/context.js';
import { guardHead, type HeadGuardOptions } from './response/head-guard.js';
import { cookieNameOf } from './response/set-cookie-line.js';
import { type CookieNames, reservedNames } from './session/cookies.js';
import { addClearSiteData, addToPrivateHead, reportLostWrites } from './session/head.js';
import { sessionOf } from './session/request-session.js';
import type { SessionServices } from './session/services.js';

type Declared = Pick<HeadGuardOptions, 'declaredPublic' | 'mayBePublic'>;

export function guardKitHead(
  services: SessionServices,
  context: RequestContext,
  names: CookieNames,
  declared: Declared,
): void {
  const mustReachItsUser = [names.session, names.owner, names.login, names.flash, names.former];
  guardHead(context.res, context, {
    ...declared,
    sessionCookies: reservedNames(names),
    isIdentityCookie: (line) => mustReachItsUser.includes(cookieNameOf(line)),
    revalidates: true,
    keepsOwn: true,
    addToPrivateHead(res) {
      const session = sessionOf(context);
      if (session === undefined) return;
      reportLostWrites(services, session);
      sendFlashes(services, session);
      addClearSiteData(session, res);
      addToPrivateHead(services, session, res);
    },
  });
}
