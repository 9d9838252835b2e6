import { findBinary, type ServiceKind } from './services.js';

/** A suite that runs where the server is installed, is skipped by name elsewhere, and fails with REQUIRE_SERVICES=1. */
export function describeBehind(kind: ServiceKind, body: (path: string) => void): void {
  const { name, binary = name, install } = kind;
  const path = findBinary(binary);
  if (path !== null) {
    describe(`behind ${name}`, () => body(path));
  } else if (process.env.REQUIRE_SERVICES === '1') {
    it(`behind ${name}`, () => {
      throw new Error(`${name} is missing, and REQUIRE_SERVICES is set: ${install}`);
    });
  } else {
    // Jest counts skipped suites of a run of many files, and names none of them.
    process.stderr.write(`SKIPPED behind ${name}. To run it: ${install}\n`);
    describe.skip(`behind ${name} (skipped: ${install})`, () => body(binary));
  }
}
