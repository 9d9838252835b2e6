/** The old app in all the ways that are compared: two Expresses, both settings of express-session, each front. */
import { type OldAppSetting, startOldApp } from './app/app.js';
import { type Front, mountFront } from './fronts.js';
import { travel } from './journey.js';
import type { Visit } from './visit.js';

export type Setting = Omit<OldAppSetting, 'front'>;

export interface World extends Setting {
  readonly front: Front;
}

export interface Travelled {
  readonly visits: readonly Visit[];
  /** Codes, in order. */
  readonly events: readonly string[];
}

export const SETTINGS: readonly Setting[] = (['express 4', 'express 5'] as const).flatMap((framework) =>
  [true, false].map((saveUninitialized) => ({ framework, saveUninitialized })),
);

export async function travelAlone(setting: Setting): Promise<readonly Visit[]> {
  const app = await startOldApp(setting);
  try {
    return await travel(app);
  } finally {
    await app.close();
  }
}

export async function travelBehind({ front, ...setting }: World): Promise<Travelled> {
  const events: string[] = [];
  const mounted = mountFront(front, ({ code }) => events.push(code));
  const app = await startOldApp({ ...setting, front: mounted.handler });
  try {
    return { visits: await travel(app, mounted.deploy), events };
  } finally {
    await app.close();
    mounted.close();
  }
}
