/** The seam: Metro picks this file for phones, and `index.web.ts` for browsers. */
import { Platform as Device } from 'react-native';

// Before any text is made.
import './native/pluralRules';
import { createNativePlatform } from './native/createNativePlatform';
import { findNativeEngines } from './native/engines/nativeEngines';
import { readNativeEnvironment } from './native/nativeEnvironment';
import { systemClock } from './shared/systemClock';
import type { Host, Platform } from './types';

const system = () => (Device.OS === 'ios' ? 'ios' : 'android');

export function createPlatform(): Promise<Platform> {
  return createNativePlatform(system());
}

/** What models can be offered by, also where no platform can be made. Rejects where there is no engine. */
export async function readDeviceOffer(): Promise<
  Pick<Platform, 'environment' | 'clock'> & Pick<Host, 'runtimes'>
> {
  const { runtimes } = await findNativeEngines(systemClock, system());
  return { environment: readNativeEnvironment(), runtimes, clock: systemClock };
}

export { readNativeFacts as readDeviceFacts } from './native/nativeFacts';
