import { join } from 'node:path';
import { captureHere, Place } from '../../../lib/request/place.js';

/** A place whose stack was written by hand. */
function placeWith(...frames: string[]): Place {
  return Object.assign(new Place(), { stack: ['Error', ...frames.map((frame) => `    ${frame}`)].join('\n') });
}

const cwd = process.cwd();

describe('Place', () => {
  it('names file and line of the caller of the function it is given', () => {
    const readSession = (): Place => captureHere(readSession);
    expect(String(readSession())).toMatch(/^test\/unit\/request\/place\.test\.ts:\d+$/);
  });

  it('leaves the stack depth of the app as it was', () => {
    const before = Error.stackTraceLimit;
    captureHere(function here() {});
    expect(Error.stackTraceLimit).toBe(before);
  });

  it.each<[string, string, string]>([
    ['a named function', `at handler (${cwd}/routes/lang.js:12:5)`, 'routes/lang.js:12'],
    ['an anonymous function', `at ${cwd}/routes/lang.js:12:5`, 'routes/lang.js:12'],
    ['an async frame', `at async ${cwd}/routes/lang.js:12:5`, 'routes/lang.js:12'],
    ['an ES module', `at file://${cwd}/routes/my%20lang.js:3:1`, 'routes/my lang.js:3'],
    ['a method with an alias', `at Session.get [as update] (${cwd}/app.js:1:2)`, 'app.js:1'],
  ])('reads %s', (_what, frame, expected) => {
    expect(String(placeWith(frame))).toBe(expected);
  });

  it('skips the frames of Node, of installed packages and of this one', () => {
    const place = placeWith(
      `at update (${join(cwd, 'lib/session/session.ts')}:9:1)`,
      'at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
      `at Layer.handle (${cwd}/node_modules/express/lib/router.js:1:1)`,
      `at handler (${cwd}/library/app.js:4:1)`,
    );
    expect(String(place)).toBe('library/app.js:4');
  });

  it("says so where no line is the app's", () => {
    expect(String(placeWith('at node:internal/timers:1:1', 'at <anonymous>'))).toBe('unknown line');
    expect(String(placeWith())).toBe('unknown line');
  });
});
