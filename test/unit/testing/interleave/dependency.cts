/** As a package would have it: CommonJS. */
import fs = require('node:fs/promises');

async function readBody(path: string): Promise<string> {
  const text = await fs.readFile(path, 'utf8'); // waits
  return text;
}

export = { readBody };
