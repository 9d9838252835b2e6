/** For the parts of this package that are built on a kit, as service tokens are. No part of the public face. */
import { ConfigurationError } from '../errors.js';
import type { SessionServices } from './services.js';

const seams = new WeakMap<object, SessionServices>();

export function openServices(kit: object, services: SessionServices): void {
  seams.set(kit, services);
}

/** @throws ConfigurationError ERR_INVALID_OPTION for anything but what swapproof() answered */
export function servicesOf(kit: unknown, option: string): SessionServices {
  const known = typeof kit === 'function' ? seams.get(kit) : undefined;
  if (known) return known;
  throw new ConfigurationError('ERR_INVALID_OPTION', `${option} takes what swapproof() answered, as { sessions }.`);
}
