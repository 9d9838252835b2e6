/** What a command may touch of its process, so that tests can hand it something else. */
export interface Console {
  readonly version: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Default none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** stderr, if a person looks at it: for what is drawn over and over. Default none. */
  readonly terminal?: NodeJS.WritableStream;
  /** Whoever stops the command by Ctrl-C is given what is there so far. Answers how to forget it. Default: it just ends. */
  readonly onInterrupt?: (act: () => void) => () => void;
  out(text: string): void;
  err(text: string): void;
}

/** 0 and 1 are each command's own answers, as `--help` says. */
export const COULD_NOT_TELL = 2;
