/** An object whose methods answer promises, with faults between it and whoever calls. */
import { broken, type FaultName, type FaultsOf, GARBAGE, type Late } from './fault.js';

type Step = (...args: unknown[]) => Promise<unknown>;
type StepFault = FaultName | ((real: Step, ...args: unknown[]) => unknown) | undefined;

/**
 * @param faults looked up each time a method is called
 * @param rest what is not the object's own, in its place
 */
export function faultyPort<Port extends object>(
  real: Port,
  faults: FaultsOf<Port>,
  late: Late,
  rest: { readonly [Name in keyof Port]?: Port[Name] | undefined } = {},
): Port {
  const replies = new Map<string, Promise<unknown>>();
  return new Proxy(real, {
    get(_real, name) {
      const value: unknown = name in rest ? Reflect.get(rest, name) : Reflect.get(real, name, real);
      if (typeof value !== 'function' || typeof name !== 'string' || name === 'close') return value;
      const method = value.bind(real) as (...args: unknown[]) => unknown;
      const call = (step: Step, args: unknown[]) => outcome({ name, step, args, late, replies }, faultOf(faults, name));
      if (name !== 'list') return (...args: unknown[]) => call(method as Step, args);
      return async function* (...args: unknown[]) {
        const fault = faultOf(faults, name);
        const again = (...other: unknown[]) => method(...(other.length > 0 ? other : args));
        if (typeof fault === 'function') return yield* rowsOf(fault(again as Step, ...args));
        // A list fails, is late or of somebody else as a whole.
        yield* rowsOf(await call(async (...other) => collected(method(...other) as AsyncIterable<unknown>), args));
      };
    },
  });
}

function faultOf(faults: object, name: string): StepFault {
  return Reflect.get(faults, name) as StepFault;
}

interface Call {
  readonly name: string;
  readonly step: Step;
  readonly args: unknown[];
  readonly late: Late;
  /** To the last call of each method. */
  readonly replies: Map<string, Promise<unknown>>;
}

function outcome(call: Call, fault: StepFault): Promise<unknown> {
  const { name, step, args } = call;
  switch (fault) {
    case 'null':
      return Promise.resolve(null);
    case 'garbage':
      return Promise.resolve(GARBAGE);
    case 'error':
      return Promise.reject(broken(name));
    case 'hang':
      return call.late.hang(name);
    case 'late':
      return done(call).then((answer) => call.late.hold(answer));
    case 'twice':
      return done(call).then(() => done(call));
    case 'neighbour': {
      const before = call.replies.get(name);
      const own = done(call);
      return before ?? own;
    }
    case undefined:
      return done(call);
    default:
      return fault((...other) => step(...(other.length > 0 ? other : args)), ...args) as Promise<unknown>;
  }
}

/** As the store does it. */
function done({ name, step, args, replies }: Call): Promise<unknown> {
  const reply = step(...args);
  replies.set(name, reply);
  return reply;
}

async function collected(rows: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

function rowsOf(value: unknown): Iterable<unknown> | AsyncIterable<unknown> {
  const isIterable = Symbol.iterator in Object(value) || Symbol.asyncIterator in Object(value);
  return isIterable ? (value as Iterable<unknown>) : value === null ? [] : [value];
}
