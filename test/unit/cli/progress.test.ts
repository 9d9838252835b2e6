import { PassThrough } from 'node:stream';
import { progressOn } from '../../../lib/cli/progress.js';

function terminal() {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return { stream, drawn: () => text };
}

it('draws on a terminal and leaves nothing behind', async () => {
  const { stream, drawn } = terminal();
  const progress = progressOn({ terminal: stream }, 'requests');
  progress.at(0, 60, 'begins');
  progress.at(30, 60, 'POST');
  progress.end();
  await new Promise(setImmediate);
  expect(drawn()).toContain('requests');
  expect(drawn().lastIndexOf('\x1b[?25h')).toBeGreaterThan(drawn().indexOf('\x1b[?25l'));
});

it('writes nothing without a terminal, and nothing if nothing was done', () => {
  const { stream, drawn } = terminal();
  progressOn({}, 'requests').at(1, 2, 'x');
  progressOn({ terminal: stream }, 'requests').end();
  expect(drawn()).toBe('');
});
