/**
 * Before anything is asked at once: each user alone, one after another. It checks the logins, learns what tells the users
 * apart, and what a page shows of others on purpose.
 */
import { setTimeout as passed } from 'node:timers/promises';
import type { Exchange } from '../../evidence/exchange.js';
import { textOf } from '../../evidence/marks.js';
import type { Account, Person } from '../../testing/world/person.js';
import { CannotRun } from '../cannot-run.js';
import { isGarbled, placeOf } from './journal.js';
import { learnMarks, learnShown, type ShownMark, signsOfProxy } from './learn.js';
import { DEFAULTS, isRead, questionOf } from './options.js';
import type { Run } from './run.js';
import { visit } from './visit.js';

export interface Baseline {
  readonly shown: readonly ShownMark[];
  /** Headers of something in front of the app. */
  readonly proxySigns: readonly string[];
}

/** @throws CannotRun if the logins fail or nothing tells the users apart */
export async function baseline(run: Run): Promise<Baseline> {
  const { crew, judge, options } = run;
  const stranger = await askWho(run, crew.nobody());
  refuseDeadHost(run, stranger);
  for (const route of options.routes) if (isRead(route.method)) await crew.nobody().ask(fresh(run, route));
  await logAllIn(run);
  await tellApart(run, stranger);
  const pages: Exchange[] = [];
  for (const route of options.routes) {
    const answers: Exchange[] = [];
    for (const person of firstBrowsers(run)) {
      answers.push(await person.ask(fresh(run, route)));
      refuseDeadRoute(route.label, answers);
    }
    pages.push(...answers);
  }
  for (const route of options.routes.filter(({ method }) => isRead(method))) {
    for (const person of firstBrowsers(run)) pages.push(...(await visit(person, fresh(run, route))));
  }
  learnMarks(crew.accounts, untold(run));
  judge.knows(crew.marked);
  const shown = learnShown(judge, run.learning);
  const proxySigns = signsOfProxy(run.learning);
  crew.dismiss();
  run.startJudging();
  return { shown, proxySigns };
}

function refuseDeadHost({ options }: Run, { failure }: Exchange): void {
  if (failure === null) return;
  const tls = /certificate|self.signed|TLS|SSL/i.test(failure)
    ? ' --insecure-tls takes certificates that nobody signed.'
    : '';
  throw new CannotRun(`${new URL(options.url).origin} does not answer (${failure}). Is it running?${tls}`);
}

/** Two in turn, alone, without an answer: at once there would be none either, and each would be waited for. */
function refuseDeadRoute(label: string, answers: readonly Exchange[]): void {
  const [failure] = answers.map((exchange) => exchange.failure);
  if (answers.length < 2 || !failure || answers.some(hasAnswer)) return;
  throw new CannotRun(`${label} does not answer (${failure}). Name another --route.`);
}

/** A garbled one is one: bytes of somebody else may have stood in front of it. */
function hasAnswer({ answer, failure }: Exchange): boolean {
  return answer !== null || isGarbled(failure);
}

/** Each of them, so that one run tells all that is wrong. */
async function logAllIn({ crew }: Run): Promise<void> {
  const failures = new Map<string, string>();
  for (const browser of crew.browsers) {
    const why = failures.has(browser.label ?? '') ? null : await crew.logIn(browser);
    if (why !== null) failures.set(browser.label ?? '', why);
  }
  if (failures.size === 0) return;
  const each = [...failures].slice(0, 10).map(([name, why]) => `${name} (${why})`);
  throw new CannotRun(
    `${failures.size} of ${crew.accounts.length} users could not log in: ${each.join(', ')}. Check their passwords, and ` +
      '--login and --fields.',
  );
}

/** Whoami must answer each with something that is his. Where a cache answers instead, one has to wait for it to forget. */
async function tellApart(run: Run, stranger: Exchange): Promise<void> {
  const { crew, judge } = run;
  const ways = [askedInTurn, askedWithPauses];
  for (const asked of ways) {
    const said = await asked(run);
    learnMarks(crew.accounts, [stranger, ...said]);
    judge.knows(crew.marked);
    const unknown = crew.accounts.filter((account) => !isTold(run, account, said));
    if (unknown.length === 0) return;
    if (asked === ways.at(-1)) throw cannotTell(run, unknown, stranger, said);
  }
}

async function askedInTurn(run: Run): Promise<Exchange[]> {
  const said: Exchange[] = [];
  for (let round = 0; round < 2; round++) {
    for (const person of firstBrowsers(run)) said.push(await askWho(run, person));
  }
  return said;
}

/** With new logins, since a cache may have given the first ones each other's sessions. */
async function askedWithPauses(run: Run): Promise<Exchange[]> {
  const said: Exchange[] = [];
  for (const [seat, former] of firstBrowsers(run).entries()) {
    await passed(run.options.patience ?? DEFAULTS.patience);
    const anew = run.crew.logsIn ? await run.crew.again(former.account as Account, seat) : null;
    said.push(await askWho(run, anew ?? former), await askWho(run, anew ?? former));
  }
  return said;
}

/** Told by something of his own, or by something of somebody else's, which is a swap. */
function isTold({ judge }: Run, { label }: Account, said: readonly Exchange[]): boolean {
  const own = said.filter(({ asker }) => asker === label);
  return own.some((exchange) => judge.holdsOwn(exchange) || judge.sightingsIn(exchange).length > 0);
}

function cannotTell(
  { options }: Run,
  unknown: readonly Account[],
  stranger: Exchange,
  said: readonly Exchange[],
): CannotRun {
  const names = unknown.map(({ label }) => label).join(', ');
  const { label } = options.whoami;
  const isStrangers = (exchange: Exchange) =>
    unknown.some((account) => account.label === exchange.asker) && sameAnswer(exchange, stranger);
  if (said.some(isStrangers)) {
    return new CannotRun(
      `${label} answers ${names} as somebody without a session (${stranger.answer?.status ?? 'no answer'}): did the login ` +
        'work? Check the passwords, and --whoami.',
    );
  }
  return new CannotRun(
    `can't tell the users apart: ${label} answers ${names} with nothing that only they are shown. Give --whoami a route ` +
      "that says who is logged in, or --mark 'name=what only this user is shown'.",
  );
}

function sameAnswer(one: Exchange, other: Exchange): boolean {
  if (one.answer === null || other.answer === null) return false;
  return one.answer.status === other.answer.status && textOf(one.answer) === textOf(other.answer);
}

function askWho(run: Run, person: Person): Promise<Exchange> {
  return person.ask(fresh(run, run.options.whoami));
}

function fresh(run: Run, route: Run['options']['whoami']) {
  return questionOf(route, run.random.word(8));
}

/** One for each user. */
function firstBrowsers({ crew }: Run): readonly Person[] {
  return crew.browsers.slice(0, crew.accounts.length);
}

/** Pages of which nothing says yet whose they are. Others are left alone: each further mark could be a coincidence. */
function untold({ judge, learning }: Run): Exchange[] {
  const told = new Set(learning.filter((exchange) => judge.holdsOwn(exchange)).map(placeOf));
  return learning.filter((exchange) => (exchange.answer?.status ?? 500) < 300 && !told.has(placeOf(exchange)));
}
