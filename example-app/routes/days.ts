/** As in `/diary/2026-11-21`. */
export function isDay(text: unknown): text is string {
  return typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
