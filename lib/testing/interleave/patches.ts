/** What was replaced, and how it was: everything is put back, in reverse, whatever happened in between. */
export class Patches {
  readonly #undo: (() => void)[] = [];

  /** Replaces a property by what `make` answers. A property that can't be replaced is left alone. */
  replace(owner: object, name: PropertyKey, make: (value: unknown) => PropertyDescriptor | null): void {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    if (before === undefined || before.configurable !== true) return;
    const after = make(Reflect.get(owner, name));
    if (after === null) return;
    Object.defineProperty(owner, name, { enumerable: before.enumerable === true, configurable: true, ...after });
    this.#undo.push(() => {
      if (isStill(owner, name, after)) Object.defineProperty(owner, name, before);
    });
  }

  /** Called by `restore()`, in its turn. */
  afterwards(undo: () => void): void {
    this.#undo.push(undo);
  }

  restore(): void {
    while (this.#undo.length > 0) this.#undo.pop()?.();
  }
}

/** What somebody else has put in its place meanwhile, as fake timers, is theirs to take away. */
function isStill(owner: object, name: PropertyKey, ours: PropertyDescriptor): boolean {
  const now = Object.getOwnPropertyDescriptor(owner, name);
  return now !== undefined && now.get === ours.get && now.value === ours.value;
}
