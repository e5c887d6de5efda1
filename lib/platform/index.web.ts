/** The seam: Metro picks this file for browsers. */
import { systemClock } from './shared/systemClock';
import type { Host, Platform } from './types';
import { createWebPlatform } from './web/createWebPlatform';
import { createWllamaEngine } from './web/engine/wllamaEngine';
import { readWebEnvironment } from './web/webEnvironment';
import { isReturnFromSignIn } from './web/signIn/signInPage';

export async function createPlatform(): Promise<Platform> {
  await globalThis.modelshelfPage?.ready;
  // This window closes: it needs no app.
  if (await isReturnFromSignIn()) return new Promise(() => undefined);
  return createWebPlatform({ engine: createWllamaEngine() });
}

/** What models can be offered by, also where no platform can be made. Rejects as `createPlatform` for bad settings. */
export async function readDeviceOffer(): Promise<
  Pick<Platform, 'environment' | 'clock'> & Pick<Host, 'runtimes'>
> {
  return {
    environment: await readWebEnvironment(),
    runtimes: ['llama.cpp'],
    clock: systemClock,
  };
}

export { readWebFacts as readDeviceFacts } from './web/webFacts';
