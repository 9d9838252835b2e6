/**
 * guard({ bind }): what can be done from outside for a session library that is none of ours. Put together here; what
 * is decided stands in bound-request.ts for the request and in settle.ts for the response.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Events } from '../events.js';
import type { RequestContext } from '../request/context.js';
import { type Credential, type CredentialNames, type CredentialSet, readCredentials } from '../request/credentials.js';
import { setCookieLines } from '../response/set-cookie-line.js';
import { cookieNames } from '../session/cookies.js';
import { developmentPorts } from '../session/development-mode.js';
import { BoundRequest } from './bound-request.js';
import { watchFirstSession } from './first-session.js';
import { BindReports } from './reports.js';
import type { BindSettings } from './settings.js';
import { type Settled, settle } from './settle.js';
import type { TagCookie } from './tag.js';

/** What came in a request: the credentials, and apart from them the tag, which is none. */
export interface PresentedTag {
  readonly credentials: CredentialSet;
  readonly tagCookie: TagCookie;
  readonly tags: readonly string[];
}

export class Binding {
  readonly settings: BindSettings;
  readonly #reports: BindReports;
  readonly #developmentPort = developmentPorts(process.env.NODE_ENV);

  constructor(settings: BindSettings, events: Events) {
    this.settings = settings;
    this.#reports = new BindReports(events);
  }

  read(req: IncomingMessage, { cookies, headers }: CredentialNames): PresentedTag {
    const port = this.#developmentPort(req);
    const name = cookieNames(port).owner;
    const read = readCredentials(req, { cookies: cookies && [...cookies, name], headers });
    const isTag = (credential: Credential) => credential.kind === 'cookie' && credential.name === name;
    const isOther = (other: string) => other !== name;
    return {
      credentials: {
        all: read.all.filter((credential) => !isTag(credential)),
        contradicted: read.contradicted.filter(isOther),
        repeated: read.repeated.filter(isOther),
        lookalikes: read.lookalikes,
      },
      tagCookie: { name, secure: port === null },
      tags: read.all.filter(isTag).map(({ value }) => value),
    };
  }

  meet(context: RequestContext, { tagCookie, tags }: PresentedTag): BoundRequest {
    const { cookie } = this.settings;
    const isSession = ({ kind, name }: Credential) => kind === 'cookie' && name === cookie;
    const sessions = context.credentials.all.filter(isSession).map(({ value }) => value);
    return new BoundRequest({ settings: this.settings, reports: this.#reports, context }, tagCookie, {
      sessions,
      tags,
    });
  }

  /** Settles the session cookie of each head of this response, and says what came of it. */
  settler(bound: BoundRequest): (res: ServerResponse, status: number) => void {
    const { context, settings } = bound;
    const watches = context.safe && settings.hasStore && bound.id !== null && bound.refused === null;
    const firstId = watches ? watchFirstSession(context.req) : () => undefined;
    let told = false;
    return (res, status) => {
      const given = setCookieLines(res);
      const settled = settle(bound, given, { status, firstId: firstId(), now: Date.now() });
      if (settled.lines.length === 0) res.removeHeader('Set-Cookie');
      else if (settled.lines.length !== given.length || settled.lines.some((line, i) => line !== given[i])) {
        res.setHeader('Set-Cookie', settled.lines);
      }
      if (settled.login) context.sharing = 'private';
      if (!told) this.#tell(bound, settled);
      told = true;
    };
  }

  #tell({ context, settings, came }: BoundRequest, settled: Settled): void {
    const refuses = settings.onLoginByGet === 'refuse';
    if (settled.withheld.length > 0) this.#reports.withheldRenewal(context, settings.cookie);
    if (settled.login) this.#reports.loginOnGet(context, settings.cookie, refuses);
    if (settled.ineffective !== null) this.#reports.ineffective(context, settings.cookie, settled.ineffective);
    if (!settings.hasStore && settled.withheld.some((value) => !came.sessions.includes(value))) {
      this.#reports.lostWrite(context, settings.cookie);
    }
  }
}
