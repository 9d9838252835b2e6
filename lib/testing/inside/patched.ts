/** What is replaced for a while: put back in reverse, whatever happened in between. */

export class Patched {
  readonly #undo: (() => void)[] = [];

  /** Replaces a method by what `make` answers. One that is not there, or can't be replaced, is left alone. */
  replace(owner: object, name: PropertyKey, make: (original: AnyFunction) => AnyFunction): void {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== 'function' || before?.configurable === false || !Object.isExtensible(owner)) return;
    const made = make(original as AnyFunction);
    let isOver = false;
    // Where somebody has wrapped it meanwhile, it stays in there, and does nothing any more.
    const value: AnyFunction = function (...args) {
      return Reflect.apply(isOver ? (original as AnyFunction) : made, this, args);
    };
    Object.defineProperty(owner, name, {
      configurable: true,
      writable: true,
      enumerable: before?.enumerable ?? false,
      value,
    });
    this.#undo.push(() => {
      isOver = true;
      if (Reflect.get(owner, name) !== value) return; // somebody else's by now
      if (before === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, before);
    });
  }

  restore(): void {
    while (this.#undo.length > 0) this.#undo.pop()?.();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: it stands for any method of anything.
export type AnyFunction = (this: any, ...args: any[]) => any;
