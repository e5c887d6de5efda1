/** The seam: Metro picks this file for phones, and `index.web.ts` for browsers. */
import { Platform as Device } from 'react-native';

// Before any text is made.
import './native/pluralRules';
import { createNativePlatform } from './native/createNativePlatform';
import type { Platform } from './types';

export function createPlatform(): Promise<Platform> {
  return createNativePlatform(Device.OS === 'ios' ? 'ios' : 'android');
}

export { readNativeFacts as readDeviceFacts } from './native/nativeFacts';
