/** The scripts of a page, run in a modelled browser: what they show, and what they keep. */
import { Parser } from 'htmlparser2';
import type { Listener, ModelledBrowser } from './modelled-browser.js';

interface Found {
  /** The script itself, or null where `src` is its address. */
  readonly text: string;
  readonly src: string | null;
  readonly isModule: boolean;
}

/** What the page was given to show, beside its own HTML; listeners that could be meant for a logout. */
export interface Shown {
  readonly text: string;
  readonly listeners: readonly Listener[];
}

const KEEPS = /\b(?:localStorage|sessionStorage)\b/;

/** Classic scripts, and modules that import nothing: others would need what they import. */
export async function runPage(browser: ModelledBrowser, path: string): Promise<Shown> {
  const html = await textOf(browser, path);
  const sources: string[] = [];
  for (const { text, src, isModule } of scriptsIn(html)) {
    const source = src === null ? text : await textOf(browser, src);
    sources.push(isModule ? asScript(source) : source);
  }
  if (!sources.some((source) => KEEPS.test(source))) return { text: html, listeners: [] };
  const said: string[] = [];
  const listeners: Listener[] = [];
  const element = anything(
    (text) => said.push(text),
    (type, listener) => {
      if (/^(?:DOMContentLoaded|load|pageshow)$/.test(type)) queueMicrotask(() => attempt(listener));
      else listeners.push(listener);
    },
    browser.unread,
  );
  const context = browser.context(path, {
    document: element,
    navigator: element,
    history: element,
    addEventListener: (element as { addEventListener: unknown }).addEventListener,
    localStorage: storage(browser.local),
    sessionStorage: storage(browser.session),
  });
  Reflect.set(context, 'window', context);
  for (const source of sources) await browser.run(source, context);
  return { text: `${html}\n${said.join('\n')}`, listeners };
}

/** A module has names of its own, may await anywhere, and exports what nobody here asks for. */
function asScript(module: string): string {
  return `(async () => {\n${module.replace(/^\s*export\s+(?:default\s+)?/gm, '')}\n})();`;
}

export function attempt(listener: Listener): void {
  try {
    listener({ preventDefault() {}, target: {}, currentTarget: {} });
  } catch {
    // What it needed is not modelled.
  }
}

async function textOf(browser: ModelledBrowser, address: string): Promise<string> {
  return browser.fetch(address).then(
    (response) => response.text(),
    () => '',
  );
}

function scriptsIn(html: string): Found[] {
  const found: Found[] = [];
  let open: { -readonly [Key in keyof Found]: Found[Key] } | null = null;
  const parser = new Parser({
    onopentag(tag, { src, type = '' }) {
      if (tag !== 'script' || !/^(?:|module|text\/javascript|application\/javascript)$/.test(type)) return;
      open = { text: '', src: src ?? null, isModule: type === 'module' };
      found.push(open);
    },
    ontext(text) {
      if (open?.src === null) open.text += text;
    },
    onclosetag() {
      open = null;
    },
  });
  parser.end(html);
  return found;
}

function storage(kept: Map<string, string>): object {
  const methods = {
    getItem: (key: string) => kept.get(String(key)) ?? null,
    setItem: (key: string, value: unknown) => void kept.set(String(key), String(value)),
    removeItem: (key: string) => void kept.delete(String(key)),
    clear: () => kept.clear(),
    key: (index: number) => [...kept.keys()][index] ?? null,
  };
  return new Proxy(methods, {
    get: (target, name) => Reflect.get(target, name) ?? (name === 'length' ? kept.size : kept.get(String(name))),
    set: (_target, name, value) => {
      kept.set(String(name), String(value));
      return true;
    },
    deleteProperty: (_target, name) => {
      kept.delete(String(name));
      return true;
    },
  });
}

/** An element, a list, a function: whatever a script takes it for. Text that it is given is said; as a text it is `unread`. */
function anything(
  say: (text: string) => void,
  listen: (type: string, listener: Listener) => void,
  unread: string,
): object {
  const own: Record<PropertyKey, unknown> = {
    // biome-ignore lint/suspicious/noThenProperty: it must not be taken for a promise.
    then: undefined,
    length: 0,
    addEventListener: (type: string, listener: Listener) => typeof listener === 'function' && listen(type, listener),
    [Symbol.toPrimitive]: (hint: string) => (hint === 'number' ? 0 : unread),
    [Symbol.iterator]: () => [][Symbol.iterator](),
  };
  const proxy: object = new Proxy(() => {}, {
    get: (_target, name) => (Object.hasOwn(own, name) ? own[name] : proxy),
    set: (_target, _name, value) => {
      if (typeof value === 'string') say(value);
      return true;
    },
    apply: (_target, _self, args: unknown[]) => {
      for (const argument of args) if (typeof argument === 'string') say(argument);
      return proxy;
    },
    construct: () => proxy,
  });
  return proxy;
}
