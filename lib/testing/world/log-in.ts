/** Logs a person in, by whatever way the app has. */
import { TestingError } from '../../errors.js';
import { type Exchange, isAccepted, valuesOf } from '../../evidence/exchange.js';
import { textOf } from '../../evidence/marks.js';
import { fillLoginForm } from './login-form.js';
import type { Person } from './person.js';
import type { Fields, LoginRequest, SuiteOptions, SuiteUser } from './suite-options.js';

const MOST_REDIRECTS = 5;

/** What login routes call who it is; sent together where nobody says which. */
const USUAL_NAMES = ['username', 'user', 'name', 'email', 'login', 'id'];

/** @throws TestingError ERR_SUITE_LOGIN if the app refuses, or sets nothing that could be a session */
export async function logIn(person: Person, login: SuiteOptions['login']): Promise<void> {
  const why = await tryToLogIn(person, login);
  if (why === null) return;
  throw new TestingError(
    'ERR_SUITE_LOGIN',
    `swapSuite(): ${person.label} could not log in at ${pathOf(login)}: ${why}. Give users whom the app knows, or login as a ` +
      'function that logs a person in with person.post(path, fields).',
  );
}

/** Answers why it can't have worked, as `it answered 401`; null if it may have. */
export async function tryToLogIn(person: Person, login: SuiteOptions['login']): Promise<string | null> {
  if (typeof login === 'function') {
    wearWhatItAnswers(person, await login(person, person.user));
    return null;
  }
  const { answer, ...exchange } = await byRequest(person, typeof login === 'string' ? { path: login } : login);
  await follow(person, { answer, ...exchange });
  if (answer === null) return `it did not answer (${exchange.failure})`;
  if (answer.status >= 400) return `it answered ${answer.status}`;
  return person.jar.header(new URL('/', person.origin)) === ''
    ? `it answered ${answer.status} and left no cookie`
    : null;
}

function pathOf(login: SuiteOptions['login']): string {
  if (typeof login === 'function') return 'your function';
  return typeof login === 'string' ? login : login.path;
}

async function byRequest(
  person: Person,
  { path, method = 'POST', headers = {}, form, json }: LoginRequest,
): Promise<Exchange> {
  const { user } = person;
  if (json !== undefined) return person.postJson(path, json(user));
  if (form !== undefined && method === 'POST') return person.post(path, form(user), headers);
  if (method !== 'POST') return person.ask({ method, path, headers: Object.entries(headers) });
  const page = await person.get(path);
  const filled = page.answer?.status === 200 ? fillLoginForm(textOf(page.answer), user) : null;
  if (filled !== null && filled.method === 'POST') {
    const { pathname, search } = new URL(filled.action || path, new URL(path, person.origin));
    return person.post(`${pathname}${search}`, filled.fields, headers);
  }
  const fields = usualFields(user);
  const asForm = await person.post(path, fields, headers);
  return isAccepted(asForm) ? asForm : person.postJson(path, fields);
}

function usualFields(user: SuiteUser): Fields {
  return { ...Object.fromEntries(USUAL_NAMES.map((name) => [name, user.username])), ...user };
}

/** To the end of the redirects, on this site only: some apps finish a login there. */
async function follow(person: Person, { answer, question }: Exchange, left = MOST_REDIRECTS): Promise<void> {
  const [location] = valuesOf(answer?.headers ?? [], 'location');
  if (answer === null || location === undefined || left === 0 || ![301, 302, 303].includes(answer.status)) return;
  const target = new URL(location, new URL(question.path, person.origin));
  if (target.origin !== person.origin) return;
  await follow(person, await person.get(`${target.pathname}${target.search}`), left - 1);
}

function wearWhatItAnswers(person: Person, answered: unknown): void {
  if (typeof answered !== 'object' || answered === null) return;
  if ('cookie' in answered && typeof answered.cookie === 'string') person.wear({ Cookie: answered.cookie });
  if ('headers' in answered && typeof answered.headers === 'object' && answered.headers !== null) {
    person.wear(answered.headers as Record<string, string>);
  }
}
