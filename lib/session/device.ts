import type { IncomingMessage } from 'node:http';
import type { Device } from './registry.js';

const LONGEST = 256;

/** What the devices page shows. `ip` is Express's, which knows the app's `trust proxy`. */
export function deviceOf(req: IncomingMessage & { ip?: string | undefined }): Device {
  return {
    userAgent: (req.headers['user-agent'] ?? '').slice(0, LONGEST),
    address: (req.ip ?? req.socket.remoteAddress ?? '').slice(0, LONGEST),
  };
}
