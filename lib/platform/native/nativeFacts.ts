/** What a phone tells about itself, for the doctor. */
import * as Device from 'expo-device';
import { getNetworkStateAsync } from 'expo-network';

import { toldBy, toldNumber } from '../shared/told';
import type { DeviceFacts } from '../types';
import { freeBytesNow } from './files/nativeErrors';

/** Never rejects. */
export async function readNativeFacts(): Promise<DeviceFacts> {
  const network = await getNetworkStateAsync().catch(() => undefined);
  return {
    memory: { totalBytes: toldNumber(Device.totalMemory, 1), availableBytes: undefined },
    storage: { state: 'writable', freeBytes: toldBy(freeBytesNow) },
    isOnline: network?.isConnected,
    aheadMs: undefined,
  };
}
