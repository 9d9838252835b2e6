import type { ServerResponse } from 'node:http';

export function packResponse(res: ServerResponse, vary: readonly string[]): void {
  res.setHeader('Cache-Control', 'private, no-store');
  res.removeHeader('Expires');
  const before = res.getHeader('Vary');
  const kept = before === undefined ? [] : String(before).split(/\s*,\s*/);
  const names = vary.filter((name) => !kept.some((known) => known.toLowerCase() === name.toLowerCase()));
  res.setHeader('Vary', [...kept, ...names].join(', '));
}
