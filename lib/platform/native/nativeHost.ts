/** What a phone is and allows. */
import * as Device from 'expo-device';
import { AppState } from 'react-native';

import { toldNumber } from '../shared/told';
import type { Host, HostEvent, Runtimes } from '../types';

/** Between two looks at one start of the system, its clock and what it says of its uptime differ by less. */
const BOOT_STEP_MS = 60_000;

/** @throws never: what the system doesn't tell is undefined. */
export async function createNativeHost(kind: 'ios' | 'android', runtimes: Runtimes): Promise<Host> {
  return {
    kind,
    runtimes,
    maxModelBytes: undefined,
    storageName: 'This app’s documents',
    bootId: await bootId(),
    requestPersistence: () => Promise.resolve(true),
    deviceName: [Device.modelName ?? 'Phone', systemName(kind)].join(', '),
    memory: () =>
      Promise.resolve({
        totalBytes: toldNumber(Device.totalMemory, 1),
        availableBytes: undefined,
      }),
    // Nobody is told when an app is ended, not even by a swipe.
    lastWords: undefined,
    keepLastWords: () => undefined,
    subscribe(listener) {
      const tell = (event: HostEvent) => () => {
        listener(event);
      };
      const subscriptions = [
        AppState.addEventListener('memoryWarning', tell('memory-pressure')),
        AppState.addEventListener('change', (state) => {
          // `inactive` is a glance at the notifications, with the app still in sight.
          if (state === 'background') listener('hidden');
          if (state === 'active') listener('shown');
        }),
      ];
      return () => {
        for (const subscription of subscriptions) subscription.remove();
      };
    },
  };
}

function systemName(kind: 'ios' | 'android'): string {
  return `${kind === 'ios' ? 'iOS' : 'Android'} ${Device.osVersion ?? ''}`.trim();
}

// Neither system names its starts, so that the minute of the start has to do. Near the border
// between two minutes one start has two names, which costs no more than what wasn't synced.
async function bootId(): Promise<string> {
  try {
    const uptimeMs = toldNumber(await Device.getUptimeAsync(), 1);
    if (uptimeMs === undefined) return unknownBoot();
    return `started-${String(Math.round((Date.now() - uptimeMs) / BOOT_STEP_MS))}`;
  } catch {
    return unknownBoot();
  }
}

/** Every start of the app then counts as one of the system. */
function unknownBoot(): string {
  return `unknown-${String(Date.now())}`;
}
