/** Why a command can't do what it was asked for, before it has a report: one line that says what to do. Exit code 2. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}
