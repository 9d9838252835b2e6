/** One variant in a process of its own; tells its parent the port and, when asked, its processor time; ends with it. */
import type { AddressInfo } from 'node:net';
import { type Variant, variants } from './variants.js';

const variant: Variant | undefined = variants[process.argv[2] as keyof typeof variants];
if (variant === undefined) throw new Error(`no variant ${process.argv[2]}`);
const server = variant.build().listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.once('disconnect', () => process.exit());
