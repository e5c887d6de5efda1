/** The seam: Metro picks this file for browsers. */
import type { Platform } from './types';
import { createWebPlatform } from './web/createWebPlatform';
import { createWllamaEngine } from './web/engine/wllamaEngine';

export function createPlatform(): Promise<Platform> {
  return createWebPlatform({ engine: createWllamaEngine() });
}
