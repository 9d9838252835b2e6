/** Where a report goes, as options of a command: text or JSON to stdout, files beside it. */
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';

export interface OutputOptions {
  /** What stdout carries. */
  readonly format: 'text' | 'json' | 'ndjson';
  /** Files to write, each null for none. */
  readonly junit: string | null;
  readonly sarif: string | null;
  readonly html: string | null;
  /** `nginx.conf:12`, the place in the repository that a finding without one points to; null is the default place. */
  readonly sarifLocation: string | null;
}

export function addOutputOptions(command: Command): Command {
  const file = (flag: string, description: string) => new Option(`${flag} <file>`, description).argParser(writableFile);
  return command
    .addOption(new Option('--json', 'print the report as JSON').conflicts('ndjson'))
    .addOption(new Option('--ndjson', 'print the report as JSON, one event a line').conflicts('json'))
    .addOption(file('--junit', 'write the report as JUnit XML as well'))
    .addOption(file('--sarif', 'write the report as SARIF 2.1.0 as well, for code scanning'))
    .addOption(
      new Option('--sarif-location <file[:line]>', 'where a finding points to that has no line of its own').argParser(
        repositoryPlace,
      ),
    )
    .addOption(file('--html', 'write the report as one HTML page as well'));
}

/** What commander made of the options that `addOutputOptions()` added. */
export function outputOptionsOf(options: Readonly<Record<string, unknown>>): OutputOptions {
  const textOf = (name: string) => (typeof options[name] === 'string' ? options[name] : null);
  return {
    format: options.json === true ? 'json' : options.ndjson === true ? 'ndjson' : 'text',
    junit: textOf('junit'),
    sarif: textOf('sarif'),
    html: textOf('html'),
    sarifLocation: textOf('sarifLocation'),
  };
}

/** Said before the run, not after it. */
function writableFile(file: string): string {
  try {
    accessSync(dirname(file), constants.W_OK);
    return file;
  } catch {
    throw new InvalidArgumentError('Its folder is not there or not writable: make it first.');
  }
}

function repositoryPlace(place: string): string {
  if (place !== '' && !/^[a-z][\w+.-]+:\/\//i.test(place)) return place;
  throw new InvalidArgumentError('Give a file of the repository, as in nginx/site.conf:12.');
}
