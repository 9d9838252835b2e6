/** The form of a login page, filled in as a browser's password manager would. */
import { Parser } from 'htmlparser2';
import type { Fields, SuiteUser } from './suite-options.js';

export interface FilledForm {
  readonly method: string;
  /** As the page says; relative to it. Empty: the page's own address. */
  readonly action: string;
  readonly fields: Fields;
}

interface Input {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

interface Form {
  readonly method: string;
  readonly action: string;
  readonly inputs: Input[];
}

const NO_TEXT = new Set(['submit', 'button', 'image', 'reset', 'file', 'checkbox', 'radio']);

/** The first form with a password, else the first that posts; null if there is none. */
export function fillLoginForm(html: string, user: SuiteUser): FilledForm | null {
  const forms = formsOf(html);
  const form =
    forms.find(({ inputs }) => inputs.some(({ type }) => type === 'password')) ??
    forms.find(({ method, inputs }) => method === 'POST' && inputs.length > 0);
  if (form === undefined) return null;
  const { method, action, inputs } = form;
  return { method, action, fields: filled(inputs, user) };
}

/** The first form that is wanted, with the values that it has; null if there is none. */
export function fillForm(html: string, wanted: (form: FilledForm) => boolean): FilledForm | null {
  const forms = formsOf(html).map(({ method, action, inputs }) => ({
    method,
    action,
    fields: Object.fromEntries(inputs.filter(({ name }) => name !== '').map(({ name, value }) => [name, value])),
  }));
  return forms.find(wanted) ?? null;
}

/** A field of the user's by its name; else the first text is who, each password is the password; the rest stays. */
function filled(inputs: readonly Input[], user: SuiteUser): Fields {
  const asked = inputs.filter(({ name, type }) => name !== '' && !NO_TEXT.has(type));
  const who = asked.find(({ name, type, value }) => isText(type) && value === '' && !Object.hasOwn(user, name));
  return Object.fromEntries(asked.map((input) => [input.name, valueFor(input, user, input === who)]));
}

function valueFor({ name, type, value }: Input, user: SuiteUser, isWho: boolean): unknown {
  if (type !== 'hidden' && Object.hasOwn(user, name)) return user[name];
  if (type === 'password') return user.password;
  return isWho ? user.username : value;
}

function isText(type: string): boolean {
  return type !== 'hidden' && type !== 'password';
}

function formsOf(html: string): Form[] {
  const forms: Form[] = [];
  let open: Form | null = null;
  const parser = new Parser({
    onopentag(tag, { name = '', type = 'text', value = '', method = 'get', action = '' }) {
      if (tag === 'form') {
        open = { method: method.toUpperCase(), action, inputs: [] };
        forms.push(open);
      } else if (tag === 'input') open?.inputs.push({ name, type: type.toLowerCase(), value });
      else if (tag === 'select' || tag === 'textarea') open?.inputs.push({ name, type: 'hidden', value });
    },
    onclosetag(tag) {
      if (tag === 'form') open = null;
    },
  });
  parser.end(html);
  return forms;
}
