/** What goes wrong with a store: by name, or as a function that does it. */

/**
 * - `late`: it is done, and answered only when `release()` is called
 * - `twice`: it is done twice, or calls back twice
 * - `neighbour`: answered with the reply to the call before it, as a connection that is out of step does
 * - `null`: not done, and answered with null
 * - `garbage`: not done, and answered with what no store answers
 * - `error`: not done, and failed
 * - `hang`: not done, and not answered; `release()` fails it, so that the kit can be closed
 */
export type FaultName = 'late' | 'twice' | 'neighbour' | 'null' | 'garbage' | 'error' | 'hang';

type AnyMethod = (...args: never[]) => unknown;

/** Takes the place of a method. `real()` is the store's own with what it was called with, or with other arguments. */
export type FaultFunction<Method extends AnyMethod> = (
  real: (...args: Parameters<Method> | []) => ReturnType<Method>,
  ...args: Parameters<Method>
) => ReturnType<Method>;

export type Fault<Method extends AnyMethod> = FaultName | FaultFunction<Method>;

/** Of each method of a port what goes wrong with it from now on. Change it at any time; what is not there works. */
export type FaultsOf<Port> = {
  [Name in keyof Port as NonNullable<Port[Name]> extends AnyMethod ? Name : never]?:
    | Fault<Extract<Port[Name], AnyMethod>>
    | undefined;
};

export const GARBAGE = Object.freeze({ garbage: true, length: -1 });

export function broken(name: string): Error {
  return Object.assign(new Error(`${name}: the connection to the store was reset (faultyStore)`), {
    code: 'ECONNRESET',
  });
}

/** Answers that wait to be released. */
export class Late {
  #waiting: (() => void)[] = [];

  hold<Answer>(answer: Answer): Promise<Answer> {
    return new Promise((resolve) => this.#waiting.push(() => resolve(answer)));
  }

  /** Until it is released, which fails it. */
  hang(name: string): Promise<never> {
    return new Promise((_resolve, reject) => this.#waiting.push(() => reject(broken(name))));
  }

  release(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
}
