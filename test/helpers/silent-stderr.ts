/** Runs `work` and keeps what it writes to stderr at once: a rehearsal says there that nothing is enforced. */
export function silentStderr<T extends object>(work: () => T): T & { readonly printed: string } {
  let printed = '';
  const spy = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    return { ...work(), printed };
  } finally {
    spy.mockRestore();
  }
}
