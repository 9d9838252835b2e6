/** Stands for the database, the template, the other service: something that takes a moment. */
export function pause(milliseconds = 2): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What a database of accounts would answer. */
export async function accountOf(user: string): Promise<{ readonly owner: string; readonly balance: number }> {
  await pause();
  return { owner: user, balance: user.length * 100 };
}
