import { rmSync } from 'node:fs';

export default function discard(): void {
  const folder = process.env.SWAPPROOF_PACKED;
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
