/** What a phone offers so far: nothing that models need. */
import { ModelError } from '../../errors';
import type { Platform } from '../types';

/** @throws ModelError UNSUPPORTED, always: no port is adapted to phones yet. */
export function createNativePlatform(host: 'ios' | 'android'): Promise<Platform> {
  return Promise.reject(new ModelError('UNSUPPORTED', { feature: 'models on phones', host }));
}
