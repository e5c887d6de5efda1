/** The seam: Metro picks this file for browsers. */
import type { Platform } from './types';
import { createWebPlatform } from './web/createWebPlatform';
import { createWllamaEngine } from './web/engine/wllamaEngine';
import { isReturnFromSignIn } from './web/signIn/signInPage';

export async function createPlatform(): Promise<Platform> {
  await globalThis.modelshelfPage?.ready;
  // This window closes: it needs no app.
  if (await isReturnFromSignIn()) return new Promise(() => undefined);
  return createWebPlatform({ engine: createWllamaEngine() });
}

export { readWebFacts as readDeviceFacts } from './web/webFacts';
